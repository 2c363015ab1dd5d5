using DaemonRpc.Platform;

namespace DaemonRpc.Tasks;

/// <summary>Sees to it that no task takes longer than its client allowed, on a thread that lives only while some task has a limit.</summary>
/// <remarks>
/// The client keeps the limit too, but it may be stopped, or gone, or hear of it late. Not a timer of the pool, which the
/// handler may have blocked. One task runs at a time, so only the latest matters; whoever takes it out of its field sees to it.
/// </remarks>
internal sealed class TaskLimits
{
    private readonly Action<RunningTask> _onPassed;
    private readonly OnDemandThread _thread;
    private RunningTask? _task;

    /// <param name="onPassed">Told of a task whose limit has passed, which may have settled just now. Called on the thread.</param>
    /// <param name="startThread">Starts a thread of that name; tests give none.</param>
    public TaskLimits(Action<RunningTask> onPassed, StartThread? startThread = null)
    {
        _onPassed = onPassed;
        _thread = new OnDemandThread("DaemonRpc limits", SeeTo, startThread);
    }

    /// <summary>The task was admitted.</summary>
    public void Watch(RunningTask task)
    {
        // A limit of weeks is as good as none; the thread would sleep for it, and take every later limit for a longer one.
        if (task.Limit is { LeftMilliseconds: >= 0 } limit)
        {
            Volatile.Write(ref _task, task.Share());

            // Most tasks end long before their limit; the next one's is no shorter and wakes nobody.
            _ = _thread.Demand(limit.Left);
        }
    }

    /// <summary>Where the system gives no thread for it, whoever comes by now and then sees to the limit.</summary>
    public void Look()
    {
        if (Volatile.Read(ref _task) is { IsSettled: false, Limit.HasPassed: true } && !_thread.Demand())
        {
            _ = SeeTo();
        }
    }

    private TimeSpan? SeeTo()
    {
        RunningTask? task = Volatile.Read(ref _task);
        if (task is { IsSettled: false, Limit: { HasPassed: false } limit })
        {
            return limit.Left;
        }

        if (task is not null && Interlocked.CompareExchange(ref _task, null, task) == task && !task.IsSettled)
        {
            _onPassed(task);
        }

        return null;
    }
}
