using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Tasks;

/// <summary>A call that waits in the queue instead of being refused as busy.</summary>
/// <remarks>
/// All methods except <see cref="Start"/> run under the slot's lock and must be quick. Whoever removes the call from the queue decides what its client is told.
/// </remarks>
internal abstract class QueuedCall
{
    public required ServerSession Owner { get; init; }

    public required uint CallId { get; init; }

    public required int ClientProcessId { get; init; }

    /// <summary>The memory that the call occupies while it waits, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The deadline of the wait.</summary>
    public required Deadline Limit { get; init; }

    /// <summary>Whether the wait has a deadline.</summary>
    public bool IsLimited => Limit.Left != Timeout.InfiniteTimeSpan;

    /// <summary>Creates the call's task, for the slot.</summary>
    public abstract RunningTask Create();

    /// <summary>Runs the task.</summary>
    public abstract void Start(RunningTask task);

    /// <summary>Tells the client that the call waits.</summary>
    public abstract void TellQueued();

    /// <summary>Tells the client that the call begins. Returns false when the message could not be sent at once; the call must then not begin.</summary>
    public abstract bool TryTellStarted();

    /// <summary>Tells the client that the call did not start.</summary>
    public abstract void Refuse(RefusalReason reason, DaemonStatus status);
}
