namespace DaemonRpc.Tasks;

/// <summary>The daemon's current status, and the last few before it.</summary>
/// <remarks>
/// Publishing is a few stores under a lock that is never held during anything slow; watchers fetch the statuses themselves. So even a slow watcher costs
/// the task nothing. Errors are also kept in a ring of their own, so that tasks that follow each other faster than anybody can watch do not push them out.
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

    /// <summary>Receives each status as it is published, in order; null for nobody. Runs under the board's lock, so it must be quick.</summary>
    public Action<DaemonStatus>? OnPublished { private get; set; }

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

    /// <summary>The sequence number of the current status.</summary>
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

    /// <summary>Publishes the task with which this daemon's predecessor was ended by force.</summary>
    public void TookOver(DaemonCanceledTask forced)
    {
        lock (_gate)
        {
            _lastCanceled = forced;
            PublishAgain();
        }
    }

    /// <summary>Publishes that a task was admitted.</summary>
    public void Busy(in TaskDescription task) => Publish(DaemonState.Busy, null, null, task);

    /// <summary>Publishes a changed queue.</summary>
    /// <param name="queue">The processes of the waiting calls, the next one first.</param>
    /// <param name="yielded">The tasks that have given way, the next one first; null if they are the same as before.</param>
    public void QueueChanged(int[] queue, DaemonTask[]? yielded = null)
    {
        lock (_gate)
        {
            _queue = StatusQueue.Of(queue, yielded ?? _queue?.Yielded ?? []);
            PublishAgain();
        }
    }

    /// <summary>
    /// Publishes that a task has ended and another one runs. No watcher sees the daemon free in between, but an error is published.
    /// </summary>
    /// <param name="error">The ended task's error message; null if it did not fail.</param>
    /// <param name="canceled">The ended task's cancellation; null for none.</param>
    /// <param name="running">The task that runs now.</param>
    /// <param name="queue">The processes of the waiting calls, the next one first.</param>
    /// <param name="yielded">The tasks that have given way, the next one first.</param>
    /// <param name="report">What the running task has reported; null for what was published last.</param>
    public void HandedOver(string? error, DaemonCanceledTask? canceled, in TaskDescription running, int[] queue, DaemonTask[]? yielded = null, TaskReport? report = null)
    {
        lock (_gate)
        {
            TaskReport said = report ?? (_all.Last.Task?.Id == running.Id ? LastReport : default);
            _tasksFinished++;
            _lastCanceled = canceled ?? _lastCanceled;
            bool stops = _all.Last.State == DaemonState.Stopping;
            if (error is not null && !stops)
            {
                Publish(DaemonState.Error, error, null, null);
            }

            Runs(running, said, queue, yielded);
        }
    }

    /// <summary>Publishes that a task has given way to another one.</summary>
    /// <returns>What the task had reported.</returns>
    /// <inheritdoc cref="HandedOver"/>
    public TaskReport GaveWay(in TaskDescription running, TaskReport report, int[] queue, DaemonTask[] yielded)
    {
        lock (_gate)
        {
            TaskReport before = LastReport;
            Runs(running, report, queue, yielded);
            return before;
        }
    }

    /// <summary>
    /// Publishes that a task has ended and no call waits. An error message makes the state <see cref="DaemonState.Error"/> until the next task.
    /// </summary>
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

    /// <summary>Publishes that the handler was created. Ignored when the daemon is leaving already.</summary>
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

    /// <summary>Publishes that the daemon is leaving and that no call waits any more. The running task, and those that have given way, stay named until they end.</summary>
    public void Stopping(string reason)
    {
        lock (_gate)
        {
            _queue = StatusQueue.Of([], _queue?.Yielded ?? []);
            Publish(DaemonState.Stopping, reason, null, _all.Last.Task);
        }
    }

    /// <summary>Publishes the handler's report. Ignored when no task or factory runs.</summary>
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

    /// <summary>Publishes what the running task awaits from its caller. Ignored for a task that does not run.</summary>
    /// <param name="task">The task.</param>
    /// <param name="method">The callback's method; null if the task awaits no answer any more.</param>
    public void Asks(DaemonTaskId task, string? method)
    {
        lock (_gate)
        {
            StatusEntry last = _all.Last;
            if (last.Task is { } running && running.Id == task)
            {
                Publish(last.State, last.Message, last.Progress, running with { AwaitedAnswer = method });
            }
        }
    }

    /// <summary>Wakes all waiting threads for the last time.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for a status newer than the sequence number. Returns false when the board was closed.</summary>
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
    /// Returns the statuses after a sequence number, oldest first, without reports that a later report of the same task
    /// replaced. If more happened than is kept, the oldest are missing; their running numbers tell how many.
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

    private TaskReport LastReport => _all.Last.State == DaemonState.Busy ? new TaskReport(_all.Last.Message, _all.Last.Progress) : default;

    // A daemon that is leaving says so until its last task has ended, whatever that reports.
    private void Runs(in TaskDescription task, TaskReport report, int[] queue, DaemonTask[]? yielded)
    {
        _queue = StatusQueue.Of(queue, yielded ?? []);
        if (_all.Last.State == DaemonState.Stopping)
        {
            Publish(DaemonState.Stopping, _all.Last.Message, null, task);
        }
        else
        {
            Publish(DaemonState.Busy, report.Message, report.Progress, task);
        }
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

            // A report replaces the previous report of its task: however much a task reports, it pushes nothing else out.
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
            OnPublished?.Invoke(entry.ToStatus());
            if (state == DaemonState.Error)
            {
                (_errors ??= new StatusRing()).Put(entry);
            }

            Monitor.PulseAll(_gate);
        }
    }
}
