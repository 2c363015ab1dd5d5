using System.Threading.Tasks.Sources;

namespace DaemonRpc.Tasks;

/// <summary>A task that has given way: what its handler awaits until the task holds the slot again.</summary>
/// <remarks>
/// The slot's lock protects the properties. A task's token is never cancelled while the task has given way: callbacks and branches of its handler would
/// run beside another task. A cancellation moves the task to the front of the queue, and its two steps begin when the task holds the slot again.
/// </remarks>
/// <param name="task">The task.</param>
/// <param name="start">Has <see cref="GoOn"/> called on a thread that may run the handler.</param>
/// <param name="cancellationToken">Ends the wait with an exception, but only once the task holds the slot again.</param>
internal sealed class YieldedTask(RunningTask task, Action<YieldedTask> start, CancellationToken cancellationToken) : IValueTaskSource
{
    // Continuations run where GoOn is called.
    private ManualResetValueTaskSourceCore<bool> _goesOn;

    public RunningTask Task => task;

    /// <summary>The number of the last call in the queue that goes first.</summary>
    public long After { get; set; }

    /// <summary>The task's last report, which is published again when the task goes on.</summary>
    public TaskReport Report { get; set; }

    /// <summary>Begins the two steps of cancellation; null unless somebody has asked for it.</summary>
    public Action<RunningTask>? OnHeld { get; set; }

    /// <summary>What the handler awaits.</summary>
    public ValueTask Wait => new(this, _goesOn.Version);

    /// <summary>Lets the task go on: it holds the slot again. Called once, outside the slot's lock.</summary>
    public void Grant()
    {
        if (OnHeld is not { } cancel)
        {
            start(this);
            return;
        }

        // The handler must find its token cancelled. The newest callback runs first, so no callback of the handler's can hold this one up.
        _ = task.Token.UnsafeRegister(static yielded => ((YieldedTask)yielded!).Start(), this);
        cancel(task);
    }

    /// <summary>Runs the handler on this thread, from where it gave way.</summary>
    public void GoOn()
    {
        if (task.CallerChain is not null)
        {
            Ancestry.Extend(task.Chain);
        }

        task.HasGivenWay = false;
        _goesOn.SetResult(true);
    }

    public void GetResult(short token)
    {
        _ = _goesOn.GetResult(token);
        cancellationToken.ThrowIfCancellationRequested();
    }

    public ValueTaskSourceStatus GetStatus(short token) => _goesOn.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _goesOn.OnCompleted(continuation, state, token, flags);

    private void Start() => start(this);
}
