namespace DaemonRpc.Tasks;

/// <summary>What the daemon says of itself: the current status, and the last few before it.</summary>
/// <remarks>
/// Publishing is a few stores under a lock that is never held across anything slow: whoever watches has to fetch.
/// So a watcher, however slow, costs the task nothing.
/// </remarks>
internal sealed class StatusBoard
{
    private const int RingSize = 256;

    private readonly object _gate = new();
    private readonly DaemonStatus[] _ring = new DaemonStatus[RingSize];
    private DaemonStatus _current;
    private long _tasksFinished;
    private bool _closed;

    public StatusBoard()
    {
        _current = new DaemonStatus { State = DaemonState.Starting, Sequence = 1, TasksFinished = 0 };
        _ring[1] = _current;
    }

    public DaemonStatus Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>The task was admitted.</summary>
    public void Busy(DaemonTask task) => Publish(DaemonState.Busy, null, null, task);

    /// <summary>The task has ended. A message makes it an error, which stays until the next task.</summary>
    public void TaskEnded(string? error)
    {
        lock (_gate)
        {
            _tasksFinished++;
            if (_current.State != DaemonState.Stopping)
            {
                Publish(error is null ? DaemonState.Ready : DaemonState.Error, error, null, null);
            }
            else
            {
                Publish(DaemonState.Stopping, _current.Message, null, null);
            }
        }
    }

    /// <summary>The handler is made. Without effect on a daemon that leaves already.</summary>
    public void Ready()
    {
        lock (_gate)
        {
            if (_current.State == DaemonState.Starting)
            {
                Publish(DaemonState.Ready, null, null, null);
            }
        }
    }

    /// <summary>The daemon leaves. The running task, if any, stays named until it ends.</summary>
    public void Stopping(string reason)
    {
        lock (_gate)
        {
            Publish(DaemonState.Stopping, reason, null, _current.Task);
        }
    }

    /// <summary>The handler says what it does. Without effect when nothing runs.</summary>
    public void Report(string message, double? progress)
    {
        lock (_gate)
        {
            if (_current.State is DaemonState.Busy or DaemonState.Starting)
            {
                Publish(_current.State, message, progress, _current.Task);
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
            while (_current.Sequence <= sequence && !_closed)
            {
                _ = Monitor.Wait(_gate);
            }

            return !_closed;
        }
    }

    /// <summary>
    /// The statuses after the sequence number, oldest first, without the reports that a later report of the same task
    /// overtook. When more happened than the ring holds, the oldest are missing; the sequence numbers show it.
    /// </summary>
    public List<DaemonStatus> Since(long sequence)
    {
        var fresh = new List<DaemonStatus>();
        lock (_gate)
        {
            for (long number = Math.Max(sequence + 1, _current.Sequence - RingSize + 1); number <= _current.Sequence; number++)
            {
                DaemonStatus status = _ring[number % RingSize];
                if (fresh.Count > 0 && status.State == DaemonState.Busy && fresh[^1].State == DaemonState.Busy && fresh[^1].Task?.Id == status.Task?.Id)
                {
                    fresh[^1] = status;
                }
                else
                {
                    fresh.Add(status);
                }
            }
        }

        return fresh;
    }

    private void Publish(DaemonState state, string? message, double? progress, DaemonTask? task)
    {
        lock (_gate)
        {
            _current = new DaemonStatus
            {
                State = state,
                Message = message,
                Progress = progress,
                Task = task,
                Sequence = _current.Sequence + 1,
                TasksFinished = _tasksFinished,
            };
            _ring[_current.Sequence % RingSize] = _current;
            Monitor.PulseAll(_gate);
        }
    }
}
