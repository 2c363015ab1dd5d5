using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>Shuts a daemon down, once: no more tasks start, the running one finishes, then <see cref="Drained"/> completes.</summary>
/// <remarks>Needs no pool thread: what a handler did to the thread pool must not keep its daemon from ending.</remarks>
/// <param name="slot">The slot of the running task.</param>
/// <param name="startThread">Starts a thread with a name; replaced in tests.</param>
internal sealed class ShutdownSequence(TaskSlot slot, StartThread? startThread = null)
{
    private readonly StartThread _startThread = startThread ?? (static (name, work) => OwnThread.TryStart(name, work));
    // Continuations run synchronously, not on the thread pool: they may occupy the thread that completes this.
    private readonly TaskCompletionSource<Goodbye> _drained = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Completes with the goodbye for the clients when no task runs and none will. The awaiting code continues on a thread of its own.</summary>
    public Task<Goodbye> Drained => _drained.Task;

    /// <summary>Whether the shutdown has begun.</summary>
    public bool HasBegun => slot.IsDraining;

    /// <summary>Is cancelled when the shutdown begins. Its callbacks are the handler's and run on a thread of their own.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>The process that caused the shutdown; 0 when none did, or before the shutdown begins.</summary>
    public int CausedBy { get; private set; }

    /// <summary>Begins the shutdown, unless it has begun; the first reason counts.</summary>
    /// <param name="reason">The reason for the clients.</param>
    /// <param name="message">The reason as a sentence for people.</param>
    /// <param name="by">The process that caused it; 0 when none did.</param>
    /// <param name="tell">Receives the daemon's status in any case, before the daemon can end; must be quick.</param>
    public void Begin(GoodbyeReason reason, string message, int by = 0, Action<DaemonStatus>? tell = null)
    {
        if (slot.Drain(message, () => Complete(new Goodbye { Reason = reason, Message = message, CausedBy = by }), tell))
        {
            CausedBy = by;
            CancelStopping();
        }
    }

    /// <summary>Begins the shutdown, but only if no task runs.</summary>
    /// <inheritdoc cref="Begin"/>
    public bool TryBeginIdle(GoodbyeReason reason, string message, int by = 0, Action<DaemonStatus>? tell = null)
    {
        if (!slot.TryDrainIdle(message, tell))
        {
            return false;
        }

        CausedBy = by;
        CancelStopping();
        Complete(new Goodbye { Reason = reason, Message = message, CausedBy = by });
        return true;
    }

    // Not on the caller's thread, which may be a connection's reader: the callbacks are user code.
    private void CancelStopping() => _startThread("DaemonRpc stopping", TellStopping);

    private void TellStopping()
    {
        try
        {
            _stopping.Cancel();
        }
        catch (AggregateException exception)
        {
            // A callback threw. The daemon ends nevertheless.
            StandardError.WriteLine($"A callback of the daemon context's Stopping threw: {ErrorMessage.Text(exception)}");
        }
    }

    private void Complete(Goodbye goodbye) => _startThread("DaemonRpc end", () => _drained.SetResult(goodbye));
}
