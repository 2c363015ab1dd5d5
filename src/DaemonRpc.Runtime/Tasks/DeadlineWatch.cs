using DaemonRpc.Platform;

namespace DaemonRpc.Tasks;

/// <summary>Reports the running task when it has taken longer than its client allowed, on a thread that exists only while a task has a deadline.</summary>
/// <remarks>
/// The client enforces the deadline too, but it may be suspended or gone, or notice late. A timer would need the thread pool, which the
/// handler may have blocked. One task runs at a time, so only the latest task matters; whoever takes it out of its field reports it.
/// </remarks>
internal sealed class DeadlineWatch
{
    private readonly Action<RunningTask> _onPassed;
    private readonly OnDemandThread _thread;
    private RunningTask? _task;

    /// <param name="onPassed">Receives a task whose deadline has passed, and which may have settled just now. Called on the watch's thread, or by <see cref="Look"/>.</param>
    /// <param name="startThread">Starts a thread; null for <see cref="OwnThread"/>. Tests replace it to control when the thread runs.</param>
    public DeadlineWatch(Action<RunningTask> onPassed, StartThread? startThread = null)
    {
        _onPassed = onPassed;
        _thread = new OnDemandThread("DaemonRpc deadlines", SeeTo, startThread);
    }

    /// <summary>Watches a task that was just admitted, if it has a deadline.</summary>
    public void Watch(RunningTask task)
    {
        // A timeout of weeks is as good as none. Its time left reads as infinite, -1: the thread would sleep and not wake for any later deadline.
        if (task.Deadline is { LeftMilliseconds: >= 0 } deadline)
        {
            Volatile.Write(ref _task, task.Share());

            // Most tasks end long before their deadline. The next task's timeout is usually no shorter, and then wakes no thread.
            _ = _thread.Demand(deadline.Left);
        }
    }

    /// <summary>Reports an overdue task if the system gave no thread for it. Called now and then by other threads.</summary>
    public void Look()
    {
        if (Volatile.Read(ref _task) is { IsSettled: false, Deadline.HasPassed: true } && !_thread.Demand())
        {
            _ = SeeTo();
        }
    }

    private TimeSpan? SeeTo()
    {
        RunningTask? task = Volatile.Read(ref _task);
        if (task is { IsSettled: false, Deadline: { HasPassed: false } deadline })
        {
            return deadline.Left;
        }

        if (task is not null && Interlocked.CompareExchange(ref _task, null, task) == task && !task.IsSettled)
        {
            _onPassed(task);
        }

        return null;
    }
}
