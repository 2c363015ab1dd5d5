using DaemonRpc.Platform;

namespace DaemonRpc.Tasks;

/// <summary>A thread that sees to it that no task takes longer than its client allowed. Lives only while some task has a limit.</summary>
/// <remarks>
/// The client keeps the limit too, but it may be stopped, or gone, or hear of it late. Not a timer of the pool, which the
/// handler may have blocked. One task runs at a time, so only the latest matters.
/// </remarks>
/// <param name="onPassed">Told of a task whose limit has passed, which may have settled just now. Called on the thread.</param>
/// <param name="startThread">Starts a thread of that name; tests give none.</param>
internal sealed class TaskLimits(Action<RunningTask> onPassed, StartThread? startThread = null)
{
    private readonly StartThread _startThread = startThread ?? StartSmallThread;
    private readonly object _gate = new();
    private RunningTask? _task;
    private bool _runs;

    // Until when the thread sleeps, at most: most tasks end long before their limit, and do not wake it.
    private TimeSpan _sleep;

    /// <summary>The task was admitted.</summary>
    public void Watch(RunningTask task)
    {
        // A limit of weeks is as good as none; the thread would sleep for it, and take every later limit for a longer one.
        if (task.Limit is not { LeftMilliseconds: >= 0 } limit)
        {
            return;
        }

        lock (_gate)
        {
            _task = task.Share();
            if (!HasThread() || limit.Left < _sleep)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Where the system gives no thread for it, whoever comes by now and then sees to the limit.</summary>
    public void Look()
    {
        RunningTask? overdue = null;
        lock (_gate)
        {
            if (_task is { IsSettled: false, Limit.HasPassed: true } && !HasThread())
            {
                (overdue, _task) = (_task, null);
            }
        }

        if (overdue is not null)
        {
            onPassed(overdue);
        }
    }

    private bool HasThread()
    {
        if (!_runs)
        {
            // So that one that has just begun is not woken: it looks before it sleeps.
            _sleep = TimeSpan.Zero;
            _runs = _startThread("DaemonRpc limits", Run);
        }

        return _runs;
    }

    private static bool StartSmallThread(string name, Action work) => OwnThread.TryStart(name, work, OwnThread.SmallStack);

    private void Run()
    {
        while (TryFindOverdue() is { } task)
        {
            onPassed(task);
        }
    }

    private RunningTask? TryFindOverdue()
    {
        lock (_gate)
        {
            while (_task is { IsSettled: false, Limit: { } limit } task)
            {
                if (limit.HasPassed)
                {
                    _task = null;
                    return task;
                }

                // What is compared to is the whole of it, though some of it passes: too early a wake-up does no harm.
                _sleep = limit.Left;
                _ = Monitor.Wait(_gate, _sleep);
            }

            _task = null;
            _runs = false;
            return null;
        }
    }
}
