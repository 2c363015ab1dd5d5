using DaemonRpc;
using MemoryPack;

namespace CodeSearch.Contract;

/// <summary>Why the user's pattern cannot be searched for.</summary>
/// <param name="Reason">The reason, as a sentence to the user.</param>
/// <param name="Path">The file on which the pattern failed, or null when it is no expression at all.</param>
[MemoryPackable]
public partial record PatternProblem(string Reason, string? Path = null)
{
    /// <summary>Creates the exception that the daemon throws and the client catches.</summary>
    public DaemonFaultException<PatternProblem> ToException() => new(this, Path is null ? Reason : $"{Path}: {Reason}");
}
