using MemoryPack;

namespace CodeSearch.Contract;

/// <summary>What to look for.</summary>
/// <param name="Pattern">A .NET regular expression, or plain text.</param>
/// <param name="IsLiteral">Whether <paramref name="Pattern"/> is plain text.</param>
/// <param name="IgnoreCase">Whether upper and lower case are the same.</param>
/// <param name="PathsOnly">Whether the paths of the files with a hit are enough.</param>
[MemoryPackable]
public partial record SearchQuery(string Pattern, bool IsLiteral = false, bool IgnoreCase = false, bool PathsOnly = false);
