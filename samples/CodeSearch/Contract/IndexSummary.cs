using MemoryPack;

namespace CodeSearch.Contract;

/// <summary>What the index holds after it was brought up to date.</summary>
/// <param name="Files">The text files that can be searched.</param>
/// <param name="BinaryFiles">The files that were left out because they hold a NUL byte.</param>
/// <param name="Bytes">The size of the text files.</param>
/// <param name="ReadFiles">How many files were new or changed and had to be read.</param>
/// <param name="RemovedFiles">How many files have gone since the last time.</param>
/// <param name="IndexBytes">About how much memory the index takes in the daemon.</param>
/// <param name="Problems">What could not be read, and why.</param>
[MemoryPackable]
public partial record IndexSummary(
    int Files,
    int BinaryFiles,
    long Bytes,
    int ReadFiles,
    int RemovedFiles,
    long IndexBytes,
    FileHits[] Problems);
