using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Tasks;

/// <summary>A call that would rather wait than be refused as busy.</summary>
/// <remarks>All but <see cref="Start"/> run under the slot's lock and must be quick. Whoever takes the call out of the queue decides what it is told.</remarks>
internal abstract class QueuedCall(in AskedTask asked)
{
    private readonly AskedTask _asked = asked;

    /// <summary>What becomes a task, for the slot.</summary>
    public ref readonly AskedTask Asked => ref _asked;

    public ServerSession Owner => _asked.Owner;

    public uint CallId => _asked.CallId;

    public int ClientProcessId => _asked.ClientProcessId;

    /// <summary>Numbers the calls in the order in which they entered the queue.</summary>
    public long Number { get; set; }

    /// <summary>The memory that the call occupies while it waits, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The deadline of the wait.</summary>
    public required Deadline Deadline { get; init; }

    /// <summary>Whether the wait has a deadline.</summary>
    public bool HasDeadline => Deadline.Left != Timeout.InfiniteTimeSpan;

    /// <summary>Runs the task.</summary>
    public abstract void Start(RunningTask task);

    /// <summary>Tells the client that the call waits.</summary>
    public abstract void TellQueued();

    /// <summary>Tells the client that the call begins. Returns false when the message could not be sent at once; the call must then not begin.</summary>
    public abstract bool TryTellStarted();

    /// <summary>Tells the client that the call did not start.</summary>
    public abstract void Refuse(RefusalReason reason, DaemonStatus status);
}
