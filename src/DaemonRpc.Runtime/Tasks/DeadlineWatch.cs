using DaemonRpc.Platform;

namespace DaemonRpc.Tasks;

/// <summary>Reports tasks that have taken longer than their clients allowed, on a thread that exists only while a task has a deadline.</summary>
/// <remarks>
/// The client enforces the deadline too, but it may be suspended or gone, or notice late. A timer would need the thread pool, which the
/// handler may have blocked. Nearly always one task is watched; several are where a task with a deadline has given way to another. Whoever takes
/// a task out of the list reports it.
/// </remarks>
internal sealed class DeadlineWatch
{
    private readonly Action<RunningTask> _onPassed;
    private readonly OnDemandThread _thread;
    private readonly Lock _gate = new();
    private readonly List<RunningTask> _tasks = [];

    /// <param name="onPassed">Receives a task whose deadline has passed, and which may have settled just now. Called on the watch's thread, or by <see cref="Look"/>.</param>
    /// <param name="startThread">Starts a thread; null for <see cref="OwnThread"/>. Tests replace it to control when the thread runs.</param>
    /// <param name="clock">The clock of the deadlines; null for real time.</param>
    public DeadlineWatch(Action<RunningTask> onPassed, StartThread? startThread = null, TimeProvider? clock = null)
    {
        _onPassed = onPassed;
        _thread = new OnDemandThread("DaemonRpc deadlines", SeeTo, startThread, clock: clock);
    }

    /// <summary>Watches a task that was just admitted, if it has a deadline.</summary>
    public void Watch(RunningTask task)
    {
        // A timeout of weeks is as good as none. Its time left reads as infinite, -1: the thread would sleep and not wake for any later deadline.
        if (task.Deadline is { LeftMilliseconds: >= 0 } deadline)
        {
            lock (_gate)
            {
                Forget();
                _tasks.Add(task.Share());
            }

            // Most tasks end long before their deadline. The next task's timeout is usually no shorter, and then wakes no thread.
            _ = _thread.Demand(deadline.Left);
        }
    }

    /// <summary>Reports an overdue task if the system gave no thread for it. Called now and then by other threads.</summary>
    public void Look()
    {
        lock (_gate)
        {
            Forget();
            if (!_tasks.Exists(static task => task.Deadline is { HasPassed: true }) || _thread.Demand())
            {
                return;
            }
        }

        _ = SeeTo();
    }

    private TimeSpan? SeeTo()
    {
        List<RunningTask> passed;
        TimeSpan? next;
        lock (_gate)
        {
            Forget();
            passed = _tasks.FindAll(static task => task.Deadline is { HasPassed: true });
            _ = _tasks.RemoveAll(passed.Contains);
            next = _tasks.Min(static task => task.Deadline?.Left);
        }

        // A deadline may have been lifted meanwhile.
        passed.Where(static task => task.Deadline is not null).ToList().ForEach(_onPassed);
        return next;
    }

    private void Forget() => _ = _tasks.RemoveAll(static task => task.IsSettled || task.Deadline is null);
}
