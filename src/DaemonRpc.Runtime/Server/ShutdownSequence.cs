using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>How a daemon begins to leave, once: no more tasks, the running one finishes, and then whoever waits here is told.</summary>
/// <remarks>None of it needs a thread of the pool: what a handler did to the pool must not keep its daemon from leaving.</remarks>
/// <param name="slot">Where the running task is.</param>
/// <param name="startThread">Starts a thread of that name; tests decide themselves when it goes on.</param>
internal sealed class ShutdownSequence(TaskSlot slot, StartThread? startThread = null)
{
    private readonly StartThread _startThread = startThread ?? (static (name, work) => OwnThread.TryStart(name, work));
    // Without the option that has continuations wait for the pool: it is completed on a thread of its own, which they may keep.
    private readonly TaskCompletionSource<Goodbye> _drained = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Completes when no task runs any more and none will, with what the clients are to be told. Who awaits it goes on, on a thread of its own.</summary>
    public Task<Goodbye> Drained => _drained.Task;

    /// <summary>Whether it has begun.</summary>
    public bool HasBegun => slot.IsDraining;

    /// <summary>Cancelled when it begins. Registrations are the handler's; they run on a thread of their own.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Begins to leave, unless it had begun before; the first reason stands.</summary>
    /// <param name="reason">What the clients are told.</param>
    /// <param name="message">The same for people.</param>
    /// <param name="by">The process that brought it about; 0 when none did.</param>
    /// <param name="tell">Told, in any case, what the daemon is doing, before it can be gone; must be quick.</param>
    public void Begin(GoodbyeReason reason, string message, int by = 0, Action<DaemonStatus>? tell = null)
    {
        if (slot.Drain(message, () => Complete(new Goodbye { Reason = reason, Message = message, CausedBy = by }), tell))
        {
            CancelStopping();
        }
    }

    /// <summary>Begins to leave, but only if no task runs.</summary>
    /// <inheritdoc cref="Begin"/>
    public bool TryBeginIdle(GoodbyeReason reason, string message, int by = 0, Action<DaemonStatus>? tell = null)
    {
        if (!slot.TryDrainIdle(message, tell))
        {
            return false;
        }

        CancelStopping();
        Complete(new Goodbye { Reason = reason, Message = message, CausedBy = by });
        return true;
    }

    // Not on the caller's thread, which may be a connection's reader: registrations are user code.
    private void CancelStopping() => _startThread("DaemonRpc stopping", TellStopping);

    private void TellStopping()
    {
        try
        {
            _stopping.Cancel();
        }
        catch (AggregateException exception)
        {
            // A registration threw. The daemon leaves all the same.
            StandardError.WriteLine($"A callback of the daemon context's Stopping threw: {ErrorMessage.Text(exception)}");
        }
    }

    private void Complete(Goodbye goodbye) => _startThread("DaemonRpc end", () => _drained.SetResult(goodbye));
}
