using DaemonRpc;
using MemoryPack;

namespace WarmRoslyn.Contract;

/// <summary>Why the user's question has no answer.</summary>
/// <param name="Reason">The reason, as a sentence to the user.</param>
[MemoryPackable]
public partial record Problem(string Reason)
{
    /// <summary>Creates the exception that the daemon throws and the client catches.</summary>
    public DaemonFaultException<Problem> ToException() => new(this, Reason);
}
