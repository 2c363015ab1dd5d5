namespace DaemonRpc.Tasks;

/// <summary>What the daemon says of itself: the current status, and the last few before it.</summary>
/// <remarks>
/// Publishing is a few stores under a lock that is never held across anything slow: whoever watches has to fetch.
/// So a watcher, however slow, costs the task nothing. Errors are kept in a ring of their own as well, so that tasks which
/// follow each other faster than anybody can watch do not push them out.
/// </remarks>
internal sealed class StatusBoard
{
    private readonly object _gate = new();
    private readonly StatusRing _all = new();
    private StatusRing? _errors;
    private long _tasksFinished;
    private StatusQueue? _queue;
    private DaemonCanceledTask? _lastCanceled;
    private bool _closed;

    public StatusBoard()
    {
        _all.Put(new StatusEntry { State = DaemonState.Starting, Sequence = 1, Place = 1 });
    }

    public DaemonStatus Current
    {
        get
        {
            lock (_gate)
            {
                return _all.Last.ToStatus();
            }
        }
    }

    /// <summary>The current status's number.</summary>
    public long Sequence
    {
        get
        {
            lock (_gate)
            {
                return _all.Last.Sequence;
            }
        }
    }

    /// <summary>The daemon took over from one that was ended by force, with this task.</summary>
    public void TookOver(DaemonCanceledTask forced)
    {
        lock (_gate)
        {
            _lastCanceled = forced;
            PublishAgain();
        }
    }

    /// <summary>The task was admitted.</summary>
    public void Busy(in TaskDescription task) => Publish(DaemonState.Busy, null, null, task);

    /// <summary>Calls came into the queue or left it, which is now this one: the processes, the next one first.</summary>
    public void QueueChanged(int[] queue)
    {
        lock (_gate)
        {
            _queue = StatusQueue.Of(queue);
            PublishAgain();
        }
    }

    /// <summary>The task has ended and the first in the queue has its place. Nobody sees the daemon free in between, but an error is told.</summary>
    public void HandedOver(string? error, DaemonCanceledTask? canceled, in TaskDescription next, int[] queue)
    {
        lock (_gate)
        {
            _tasksFinished++;
            _lastCanceled = canceled ?? _lastCanceled;
            if (error is not null)
            {
                Publish(DaemonState.Error, error, null, null);
            }

            _queue = StatusQueue.Of(queue);
            Publish(DaemonState.Busy, null, null, next);
        }
    }

    /// <summary>The task has ended, and nobody waits. A message makes it an error, which stays until the next task.</summary>
    public void TaskEnded(string? error, DaemonCanceledTask? canceled = null)
    {
        lock (_gate)
        {
            _queue = null;
            _tasksFinished++;
            _lastCanceled = canceled ?? _lastCanceled;
            if (_all.Last.State != DaemonState.Stopping)
            {
                Publish(error is null ? DaemonState.Ready : DaemonState.Error, error, null, null);
            }
            else
            {
                Publish(DaemonState.Stopping, _all.Last.Message, null, null);
            }
        }
    }

    /// <summary>The handler is made. Without effect on a daemon that leaves already.</summary>
    public void Ready()
    {
        lock (_gate)
        {
            if (_all.Last.State == DaemonState.Starting)
            {
                Publish(DaemonState.Ready, null, null, null);
            }
        }
    }

    /// <summary>The daemon leaves, and nobody waits any more. The running task, if any, stays named until it ends.</summary>
    public void Stopping(string reason)
    {
        lock (_gate)
        {
            _queue = null;
            Publish(DaemonState.Stopping, reason, null, _all.Last.Task);
        }
    }

    /// <summary>The handler says what it does. Without effect when nothing runs.</summary>
    public void Report(string message, double? progress)
    {
        lock (_gate)
        {
            if (_all.Last.State is DaemonState.Busy or DaemonState.Starting)
            {
                Publish(_all.Last.State, message, progress, _all.Last.Task);
            }
        }
    }

    /// <summary>Wakes everybody who waits, for the last time.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for a status newer than the sequence number. False when the board was closed.</summary>
    public bool WaitForNewer(long sequence)
    {
        lock (_gate)
        {
            while (_all.Last.Sequence <= sequence && !_closed)
            {
                _ = Monitor.Wait(_gate);
            }

            return !_closed;
        }
    }

    /// <summary>
    /// The statuses after the one of that sequence number, oldest first, without the reports that a later report of the same
    /// task overtook. When more happened than is kept, the oldest are missing: their places tell how many.
    /// </summary>
    public List<DaemonStatus> Since(long sequence)
    {
        var fresh = new List<DaemonStatus>();
        lock (_gate)
        {
            long oldest = Math.Max(1, _all.Last.Place - StatusRing.Size + 1);
            _errors?.CopyTo(fresh, sequence, beforePlace: oldest);
            _all.CopyTo(fresh, sequence);
        }

        return fresh;
    }

    private void PublishAgain()
    {
        StatusEntry last = _all.Last;
        Publish(last.State, last.Message, last.Progress, last.Task);
    }

    private void Publish(DaemonState state, string? message, double? progress, in TaskDescription? task)
    {
        lock (_gate)
        {
            ref StatusEntry before = ref _all.Last;
            bool overtakes = state is DaemonState.Busy or DaemonState.Starting && before.State == state && before.Task?.Id == task?.Id;

            // In the place of the report that it overtakes: however much a task reports, nothing else is pushed out for it.
            var entry = new StatusEntry
            {
                State = state,
                Message = message,
                Progress = progress,
                Task = task,
                Sequence = before.Sequence + 1,
                Place = overtakes ? before.Place : before.Place + 1,
                TasksFinished = _tasksFinished,
                LastCanceled = _lastCanceled,
                Queue = _queue,
            };
            _all.Put(entry);
            if (state == DaemonState.Error)
            {
                (_errors ??= new StatusRing()).Put(entry);
            }

            Monitor.PulseAll(_gate);
        }
    }
}
