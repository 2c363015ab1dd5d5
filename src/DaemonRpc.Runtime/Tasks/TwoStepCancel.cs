using DaemonRpc.Platform;
using DaemonRpc.Protocol;

namespace DaemonRpc.Tasks;

/// <summary>Ends a task: first by its token, then, when the grace has passed, by force.</summary>
/// <remarks>
/// Two threads of its own, none of them the pool's: a handler that blocks every pool thread must not save itself from
/// being cancelled. One cancels the token, which runs the handler's registrations and may take for ever; the other waits.
/// </remarks>
/// <param name="grace">How long a handler has to obey its token.</param>
/// <param name="force">Ends a task that did not. Called by whoever settled it, once.</param>
/// <param name="startThread">Starts a thread of that name; tests decide themselves when each goes on.</param>
internal sealed class TwoStepCancel(TimeSpan grace, Action<RunningTask> force, StartThread? startThread = null)
{
    private readonly StartThread _startThread = startThread ?? (static (name, work) => OwnThread.TryStart(name, work));

    /// <summary>Begins the two steps. Returns at once.</summary>
    public void Begin(RunningTask task)
    {
        _startThread("DaemonRpc cancel", () => CancelToken(task));
        _startThread("DaemonRpc grace", () => EndAfterGrace(task));
    }

    private static void CancelToken(RunningTask task)
    {
        try
        {
            task.CancelToken();
        }
        catch (AggregateException exception)
        {
            // A registration of the handler threw. The token is cancelled all the same; the handler's bug must not end the daemon.
            StandardError.WriteLine($"A cancellation callback of {task.Description.Method} threw: {ErrorMessage.Text(exception)}");
        }
    }

    private void EndAfterGrace(RunningTask task)
    {
        if (!task.WaitUntilSettled(grace) && task.TrySettle(byForce: true))
        {
            force(task);
        }
    }
}
