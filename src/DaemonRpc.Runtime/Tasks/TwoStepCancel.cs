using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Tasks;

/// <summary>Cancels a task: first through its token, then, after the grace, by force.</summary>
/// <remarks>
/// Uses two threads of its own and none of the pool's: a handler that blocks the whole pool must not escape
/// cancellation. One thread cancels the token, which runs the handler's callbacks and may never return; the other waits.
/// </remarks>
/// <param name="grace">How long a handler may take to obey its token.</param>
/// <param name="force">Ends a task that did not obey. Called once, by the thread that settled it.</param>
/// <param name="startThread">Starts a thread with a name; replaced in tests.</param>
/// <param name="clock">The clock of the grace; null for real time.</param>
internal sealed class TwoStepCancel(TimeSpan grace, Action<RunningTask> force, StartThread? startThread = null, TimeProvider? clock = null)
{
    private readonly StartThread _startThread = startThread ?? (static (name, work) => OwnThread.TryStart(name, work));

    /// <summary>Begins the two steps and returns at once.</summary>
    public void Begin(RunningTask task)
    {
        // Counted from here: whoever sees the token cancelled may rely on that.
        var end = new Deadline(grace, clock);
        _startThread("DaemonRpc cancel", () => CancelToken(task));
        _startThread("DaemonRpc grace", () => EndAfterGrace(task, end));
    }

    private static void CancelToken(RunningTask task)
    {
        try
        {
            task.CancelToken();
        }
        catch (AggregateException exception)
        {
            // A handler's callback threw. The token is cancelled nevertheless, and the handler's bug must not end the daemon.
            StandardError.WriteLine($"A cancellation callback of {task.Description.Method} threw: {ErrorMessage.Text(exception)}");
        }
    }

    private void EndAfterGrace(RunningTask task, Deadline end)
    {
        using ITimer? alarm = clock?.CreateTimer(static task => ((RunningTask)task!).LookAgain(), task, end.Left, Timeout.InfiniteTimeSpan);
        if (!task.WaitUntilSettled(end, waitsForAlarm: alarm is not null) && task.TrySettle(byForce: true))
        {
            force(task);
        }
    }
}
