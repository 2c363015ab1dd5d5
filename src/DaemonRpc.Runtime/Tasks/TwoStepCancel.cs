using DaemonRpc.Platform;

namespace DaemonRpc.Tasks;

/// <summary>Ends a task: first by its token, then, when the grace has passed, by force.</summary>
/// <remarks>
/// Two threads of its own, none of them the pool's: a handler that blocks every pool thread must not save itself from
/// being cancelled. One cancels the token, which runs the handler's registrations and may take for ever; the other waits.
/// </remarks>
internal sealed class TwoStepCancel(TimeSpan grace, Action<RunningTask> force)
{
    /// <summary>Begins the two steps. Returns at once.</summary>
    public void Begin(RunningTask task)
    {
        new Thread(() => CancelToken(task)) { IsBackground = true, Name = "DaemonRpc cancel" }.Start();
        new Thread(() => EndAfterGrace(task), 128 * 1024) { IsBackground = true, Name = "DaemonRpc grace" }.Start();
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
            StandardError.WriteLine($"A cancellation callback of {task.Description.Method} threw: {exception}");
        }
    }

    private void EndAfterGrace(RunningTask task)
    {
        if (!task.WaitUntilSettled(grace) && task.TrySettle())
        {
            force(task);
        }
    }
}
