using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.Tasks;

/// <summary>The one place for a running task. Admission and refusal are one step.</summary>
internal sealed class TaskSlot(StatusBoard board)
{
    private readonly Lock _gate = new();
    private RunningTask? _running;
    private int _unanswered;
    private bool _draining;
    private Action? _onDrained;

    /// <summary>The task that runs, or null.</summary>
    public RunningTask? Running
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

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

    /// <summary>Puts a task into the slot. False when it is taken, or closed.</summary>
    /// <param name="create">Makes the task; called only when there is room.</param>
    /// <param name="admitted">The task.</param>
    /// <param name="status">Otherwise: what the daemon was doing at that moment.</param>
    public bool TryAdmit(Func<RunningTask> create, [NotNullWhen(true)] out RunningTask? admitted, out DaemonStatus status)
    {
        lock (_gate)
        {
            status = board.Current;
            if (_running is not null || _draining)
            {
                admitted = null;
                return false;
            }

            // Published inside the lock: statuses come in the order in which the slot changed hands.
            admitted = _running = create();
            board.Busy(admitted.Description);
            return true;
        }
    }

    /// <summary>Frees the slot for the next task. A message says that this one failed. <see cref="Answered"/> must follow.</summary>
    public void Release(RunningTask task, string? error)
    {
        lock (_gate)
        {
            if (_running == task)
            {
                _running = null;
                _unanswered++;
                board.TaskEnded(error);
            }
        }
    }

    /// <summary>A released task's owner has been sent its answer. Only then may a draining daemon leave.</summary>
    public void Answered()
    {
        Action? onDrained = null;
        lock (_gate)
        {
            _unanswered--;
            if (IsEmpty)
            {
                (onDrained, _onDrained) = (_onDrained, null);
            }
        }

        onDrained?.Invoke();
    }

    /// <summary>Admits no more tasks.</summary>
    /// <param name="reason">Published, unless it was draining already.</param>
    /// <param name="onDrained">Runs once, when no task runs any more: maybe at once, on this thread. Not kept if it was draining already.</param>
    /// <param name="tell">Told what the daemon is doing, before it can be drained; must be quick, as it runs under the lock.</param>
    /// <returns>False when it was draining already.</returns>
    public bool Drain(string reason, Action onDrained, Action<DaemonStatus>? tell)
    {
        lock (_gate)
        {
            bool first = !_draining;
            if (first)
            {
                _draining = true;
                board.Stopping(reason);
            }

            tell?.Invoke(board.Current);
            if (!first || !IsEmpty)
            {
                _onDrained = first ? onDrained : _onDrained;
                return first;
            }
        }

        onDrained();
        return true;
    }

    /// <summary>Drains, but only if no task runs.</summary>
    /// <param name="reason">Published.</param>
    /// <param name="tell">Told what the daemon is doing, in any case; must be quick, as it runs under the lock.</param>
    public bool TryDrainIdle(string reason, Action<DaemonStatus>? tell)
    {
        lock (_gate)
        {
            bool drains = IsEmpty && !_draining;
            if (drains)
            {
                _draining = true;
                board.Stopping(reason);
            }

            tell?.Invoke(board.Current);
            return drains;
        }
    }

    private bool IsEmpty => _running is null && _unanswered == 0;
}
