using System.Diagnostics.CodeAnalysis;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Tasks;

/// <summary>The one place for a running task, and the queue of calls that wait for it. Being admitted, let in the queue or refused is one step.</summary>
/// <remarks>The slot is never free while somebody waits: the step that frees it takes the next. And nobody waits once it drains.</remarks>
internal sealed class TaskSlot
{
    private readonly Lock _gate = new();
    private readonly StatusBoard _board;
    private readonly long _incarnation;
    private readonly TimeProvider _clock;
    private readonly TaskQueue _queue;
    private readonly OnDemandThread _limits;
    private RunningTask? _running;
    private RunningTask? _spare;
    private long _lastTask;
    private int _unanswered;
    private bool _draining;
    private Action? _onDrained;

    /// <param name="board">Where it is published what runs and who waits.</param>
    /// <param name="incarnation">The daemon's, in the ids of its tasks.</param>
    /// <param name="clock">Says when a task began.</param>
    /// <param name="mostBytesQueued">How much all that wait may hold in memory.</param>
    /// <param name="startThread">Starts the thread that sees to it that nobody waits for longer than it said.</param>
    public TaskSlot(StatusBoard board, long incarnation, TimeProvider clock, long mostBytesQueued = FrameLimits.Default, StartThread? startThread = null)
    {
        _board = board;
        _incarnation = incarnation;
        _clock = clock;
        _queue = new TaskQueue(mostBytesQueued);

        // Not a timer of the pool: a handler that blocks every pool thread would have others wait for as long as it likes.
        _limits = new OnDemandThread("DaemonRpc waits", RefuseOverdue, startThread);
    }

    /// <summary>The task that runs, or null. Its object is then nobody else's, ever.</summary>
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

    /// <summary>Sees to the limits of those who wait where no thread does. For whoever comes by now and then.</summary>
    public void Look()
    {
        lock (_gate)
        {
            if (!_queue.HasLimits || _limits.Demand())
            {
                return;
            }
        }

        _ = RefuseOverdue();
    }

    /// <summary>What the daemon is doing.</summary>
    public DaemonStatus Status => _board.Current;

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
    /// <param name="asked">The call that it is.</param>
    /// <param name="admitted">The task.</param>
    /// <param name="status">Otherwise: what the daemon was doing at that moment.</param>
    public bool TryAdmit(in AskedTask asked, [NotNullWhen(true)] out RunningTask? admitted, [NotNullWhen(false)] out DaemonStatus? status)
    {
        lock (_gate)
        {
            if (_running is not null || _draining)
            {
                status = _board.Current;
                admitted = null;
                return false;
            }

            // Published inside the lock: statuses come in the order in which the slot changed hands.
            status = null;
            admitted = _running = Make(asked);
            _board.Busy(admitted.Description);
            return true;
        }
    }

    /// <summary>The same for a call that would wait: it is started, told that it waits, or left for the caller to refuse.</summary>
    /// <param name="call">The call.</param>
    /// <param name="status">What the daemon was doing at that moment.</param>
    public QueueEntry Enter(QueuedCall call, out DaemonStatus status)
    {
        RunningTask admitted;
        lock (_gate)
        {
            status = _board.Current;
            if (_draining)
            {
                return QueueEntry.Draining;
            }

            if (_running is not null)
            {
                return Queue(call, _running);
            }

            admitted = _running = Make(call.Asked);
            _board.Busy(admitted.Description);
        }

        call.Start(admitted);
        return QueueEntry.Admitted;
    }

    /// <summary>Takes a call out of the queue. False when it does not wait, or not any more.</summary>
    public bool TryWithdraw(ServerSession owner, uint callId) => TakeOut(call => call.Owner == owner && call.CallId == callId);

    /// <summary>Takes all calls of a client that has gone out of the queue.</summary>
    public void Withdraw(ServerSession owner) => TakeOut(call => call.Owner == owner);

    /// <summary>Frees the slot, or gives it to the next in the queue. <see cref="Answered"/> must follow.</summary>
    /// <param name="task">The task, which has settled.</param>
    /// <param name="error">Says that it failed; null when it did not.</param>
    /// <param name="outcome">What its cancellation, if somebody had asked for it, came to.</param>
    public void Release(RunningTask task, string? error, CancelOutcome outcome = CancelOutcome.Completed)
    {
        DaemonCanceledTask? canceled = task.CanceledBy is not { } by
            ? null
            : new DaemonCanceledTask { Id = task.Description.Id, Method = task.Description.Method, Outcome = outcome, CanceledBy = by };
        QueuedCall? next;
        RunningTask? admitted;
        lock (_gate)
        {
            if (_running != task)
            {
                return;
            }

            _unanswered++;
            next = TakeNext();
            admitted = _running = next is null ? null : Make(next.Asked);
            if (admitted is null)
            {
                _board.TaskEnded(error, canceled);
            }
            else
            {
                _board.HandedOver(error, canceled, admitted.Description, _queue.Processes());
            }
        }

        next?.Start(admitted!);
    }

    /// <summary>A released task's owner has been sent its answer. Only then may a draining daemon leave.</summary>
    /// <param name="ended">The task, if its code has ended: nobody may use the object any more who has not shared it.</param>
    public void Answered(RunningTask? ended = null)
    {
        Action? onDrained = null;
        lock (_gate)
        {
            _unanswered--;
            if (ended is { IsShared: false })
            {
                ended.Clear();
                _spare = ended;
            }

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
                RefuseQueue(reason);
            }

            tell?.Invoke(_board.Current);
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
                _board.Stopping(reason);
            }

            tell?.Invoke(_board.Current);
            return drains;
        }
    }

    private RunningTask Make(in AskedTask asked)
    {
        RunningTask task = _spare ?? new RunningTask();
        _spare = null;
        return task.Begin(
            new TaskDescription(new DaemonTaskId(_incarnation, ++_lastTask), asked.Method, _clock.GetUtcNow(), asked.ClientProcessId),
            asked.Owner,
            asked.CallId,
            asked.Request,
            asked.Runner);
    }

    private QueueEntry Queue(QueuedCall call, RunningTask running)
    {
        if (running.IsStream && running.Owner == call.Owner)
        {
            return QueueEntry.OwnStream;
        }

        if (!_queue.TryAdd(call))
        {
            return QueueEntry.Full;
        }

        call.TellQueued();
        _board.QueueChanged(_queue.Processes());
        if (call.IsLimited)
        {
            _ = _limits.Demand();
        }

        return QueueEntry.Queued;
    }

    /// <summary>The first in the queue whose client knows that it begins. A call whose client cannot be told at once has missed its turn.</summary>
    private QueuedCall? TakeNext()
    {
        if (_queue.Count == 0)
        {
            return null;
        }

        QueuedCall? next;
        while (_queue.TryTakeFirst(out next) && !next.TryTellStarted())
        {
            next.Refuse(RefusalReason.TurnMissed, _board.Current);
        }

        EndLimits();
        return next;
    }

    private bool TakeOut(Predicate<QueuedCall> predicate)
    {
        lock (_gate)
        {
            if (_queue.TakeAll(predicate).Count == 0)
            {
                return false;
            }

            _board.QueueChanged(_queue.Processes());
            EndLimits();
            return true;
        }
    }

    private TimeSpan? RefuseOverdue()
    {
        lock (_gate)
        {
            List<QueuedCall> overdue = _queue.TakeAll(static call => call.Limit.HasPassed);
            if (overdue.Count > 0)
            {
                _board.QueueChanged(_queue.Processes());
                overdue.ForEach(call => call.Refuse(RefusalReason.WaitedTooLong, _board.Current));
            }

            return _queue.UntilNextLimit();
        }
    }

    /// <summary>Those who wait go to the successor, but not before the running task has ended: that they see for themselves.</summary>
    private void RefuseQueue(string reason)
    {
        List<QueuedCall> queue = _queue.TakeAll(static _ => true);
        _board.Stopping(reason);
        queue.ForEach(call => call.Refuse(RefusalReason.Busy, _board.Current));
        EndLimits();
    }

    private void EndLimits()
    {
        if (!_queue.HasLimits)
        {
            _limits.Wake();
        }
    }

    private bool IsEmpty => _running is null && _unanswered == 0;
}
