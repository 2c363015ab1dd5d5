using DaemonRpc.Session;

namespace DaemonRpc.Tasks;

// What others ask of the slot. Nothing here changes who holds it.
internal sealed partial class TaskSlot
{
    /// <summary>The running task, or null. The returned object is shared, so it is never reused for another task.</summary>
    public RunningTask? Running
    {
        get
        {
            lock (_gate)
            {
                return _running?.Share();
            }
        }
    }

    /// <summary>The client whose task runs, or null.</summary>
    public ServerSession? RunningFor
    {
        get
        {
            lock (_gate)
            {
                return _running?.Owner;
            }
        }
    }

    /// <summary>All tasks that have begun and not ended, the running one first. Shared, as <see cref="Running"/>.</summary>
    public RunningTask[] Tasks
    {
        get
        {
            lock (_gate)
            {
                return _running is null ? [] : [_running.Share(), .. _yielded.All];
            }
        }
    }

    /// <summary>The task that shares its mark with other tasks (<see cref="RunningTask.SharesMark"/>), or null. Shared, as <see cref="Running"/>.</summary>
    public RunningTask? WithSharedMark
    {
        get
        {
            lock (_gate)
            {
                return _running is { SharesMark: true } running ? running.Share() : _yielded.Find(static task => task.SharesMark);
            }
        }
    }

    /// <summary>Whether a call waits or a task has given way. Takes no lock: whoever comes just now may be missed.</summary>
    public bool AnyWaits => _queue.Count > 0 || _yielded.Any;

    /// <summary>How many calls wait. Takes no lock.</summary>
    public int Waiting => _queue.Count;

    /// <summary>The running task, or null. Takes no lock and does not share it: only a part of that task can rely on the answer.</summary>
    public RunningTask? Holder => Volatile.Read(ref _running);

    /// <summary>Whether a task holds the slot or has given way.</summary>
    public bool HasBegun(RunningTask task)
    {
        lock (_gate)
        {
            return _running == task || _yielded.Contains(task);
        }
    }

    /// <summary>Finds the task of a call, running or given way; null if the call is no task, or has ended. Shared, as <see cref="Running"/>.</summary>
    public RunningTask? Find(ServerSession owner, uint callId)
    {
        lock (_gate)
        {
            return _running is { } running && running.Owner == owner && running.CallId == callId
                ? running.Share()
                : _yielded.Find(task => task.Owner == owner && task.CallId == callId);
        }
    }

    /// <summary>The daemon's current status.</summary>
    public DaemonStatus Status => _board.Current;

    /// <summary>Publishes what the running task awaits from its caller.</summary>
    /// <param name="task">The task.</param>
    /// <param name="method">The callback's method; null if the task awaits no answer any more.</param>
    public void Asks(RunningTask task, string? method) => _board.Asks(task.Description.Id, method);

    /// <summary>Whether no more tasks are admitted.</summary>
    public bool IsDraining
    {
        get
        {
            lock (_gate)
            {
                return _draining;
            }
        }
    }
}
