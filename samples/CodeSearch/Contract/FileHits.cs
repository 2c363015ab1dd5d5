using MemoryPack;

namespace CodeSearch.Contract;

/// <summary>What was found in one file, or why it could not be read.</summary>
/// <remarks>
/// One item per file instead of one per hit, and bytes instead of strings: the lines are printed as they stand in the
/// file, whatever its encoding, and nothing is decoded only to be encoded again.
/// </remarks>
/// <param name="Path">The file, relative to the directory that is searched.</param>
/// <param name="LineNumbers">The numbers of the lines with a hit, from 1. Empty when only paths were asked for.</param>
/// <param name="Lines">These lines one after another, each ended by a line feed.</param>
/// <param name="Problem">Why the file or directory could not be read, or null when it could.</param>
[MemoryPackable]
public partial record FileHits(string Path, int[] LineNumbers, byte[] Lines, string? Problem = null);
