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
    private long _place = 1;
    private long _tasksFinished;
    private StatusLine? _line;
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

    /// <summary>Calls came into the line or left it, which is now this one: the processes, the next one first.</summary>
    public void LineChanged(int[] line)
    {
        lock (_gate)
        {
            _line = StatusLine.Of(line);
            Publish(_current.State, _current.Message, _current.Progress, _current.Task);
        }
    }

    /// <summary>The task has ended and the first in line has its place. Nobody sees the daemon free in between, but an error is told.</summary>
    public void HandedOver(string? error, DaemonTask next, int[] line)
    {
        lock (_gate)
        {
            _tasksFinished++;
            if (error is not null)
            {
                Publish(DaemonState.Error, error, null, null);
            }

            _line = StatusLine.Of(line);
            Publish(DaemonState.Busy, null, null, next);
        }
    }

    /// <summary>The task has ended, and nobody waits. A message makes it an error, which stays until the next task.</summary>
    public void TaskEnded(string? error)
    {
        lock (_gate)
        {
            _line = null;
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

    /// <summary>The daemon leaves, and nobody waits any more. The running task, if any, stays named until it ends.</summary>
    public void Stopping(string reason)
    {
        lock (_gate)
        {
            _line = null;
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

    /// <summary>The current status, for a watcher that begins.</summary>
    /// <param name="place">Where the watcher is then.</param>
    public DaemonStatus Begin(out long place)
    {
        lock (_gate)
        {
            place = _place;
            return _current;
        }
    }

    /// <summary>
    /// The statuses after the sequence number, oldest first, without the reports that a later report of the same task
    /// overtook. When more happened than the ring holds, the oldest are missing, and the first of the others says how many.
    /// </summary>
    /// <param name="sequence">The last status that the watcher was told.</param>
    /// <param name="place">Where that was; then, where the watcher is.</param>
    public List<DaemonStatus> Since(long sequence, ref long place)
    {
        var fresh = new List<DaemonStatus>();
        lock (_gate)
        {
            long oldest = Math.Max(place, _place - RingSize + 1);
            for (long next = oldest; next <= _place; next++)
            {
                DaemonStatus status = _ring[next % RingSize];
                if (status.Sequence > sequence)
                {
                    fresh.Add(fresh.Count == 0 ? status.After(Math.Max(0, next - place - 1)) : status);
                }
            }

            place = _place;
        }

        return fresh;
    }

    private void Publish(DaemonState state, string? message, double? progress, DaemonTask? task)
    {
        lock (_gate)
        {
            DaemonStatus before = _current;
            _current = new DaemonStatus
            {
                State = state,
                Message = message,
                Progress = progress,
                Task = task,
                Sequence = _current.Sequence + 1,
                TasksFinished = _tasksFinished,
                Line = _line,
            };

            // In the place of the report that it overtakes: however much a task reports, no error is pushed out for it.
            _place += _current.Overtakes(before) ? 0 : 1;
            _ring[_place % RingSize] = _current;
            Monitor.PulseAll(_gate);
        }
    }
}
