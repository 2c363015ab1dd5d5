using System.Diagnostics.CodeAnalysis;
using DaemonRpc.Framing;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Tasks;

/// <summary>The slot of the one running task, the queue of calls that wait for it, and the tasks that have given way. A call is admitted, queued or refused in one step.</summary>
/// <remarks>
/// The slot is never free while a call waits or a task has given way: the step that frees the slot, or gives way, takes the next. No call waits once the
/// slot drains; tasks that have given way go on.
/// </remarks>
internal sealed partial class TaskSlot
{
    private readonly Lock _gate = new();
    private readonly StatusBoard _board;
    private readonly long _incarnation;
    private readonly TimeProvider _clock;
    private readonly TaskQueue _queue;
    private readonly YieldedTasks _yielded = new();
    private readonly OnDemandThread _deadlines;
    private RunningTask? _running;
    private RunningTask? _spare;
    private long _lastTask;
    private int _unanswered;
    private bool _draining;
    private Action? _onDrained;

    /// <param name="board">Publishes the running task and the queue.</param>
    /// <param name="incarnation">The daemon's incarnation, a part of its tasks' ids.</param>
    /// <param name="clock">The clock of the tasks' start times.</param>
    /// <param name="mostBytesQueued">The memory limit of all waiting calls together, in bytes.</param>
    /// <param name="startThread">Starts the thread that enforces the time limits of waiting calls.</param>
    /// <param name="deadlineClock">The clock of these limits; null for real time.</param>
    public TaskSlot(
        StatusBoard board, long incarnation, TimeProvider clock, long mostBytesQueued = FrameLimits.Default, StartThread? startThread = null, TimeProvider? deadlineClock = null)
    {
        _board = board;
        _incarnation = incarnation;
        _clock = clock;
        _queue = new TaskQueue(mostBytesQueued);

        // Not a timer of the pool: a handler that blocks every pool thread would have others wait for as long as it likes.
        _deadlines = new OnDemandThread("DaemonRpc waits", RefuseOverdue, startThread, clock: deadlineClock);
    }

    /// <summary>Enforces the waiting calls' time limits if the system gave no thread for it. Called now and then by other threads.</summary>
    public void Look()
    {
        lock (_gate)
        {
            if (!_queue.HasDeadlines || _deadlines.Demand())
            {
                return;
            }
        }

        _ = RefuseOverdue();
    }

    /// <summary>Puts a call into the slot as a task. Returns false if a task runs or the slot drains.</summary>
    /// <param name="asked">The call.</param>
    /// <param name="admitted">The task, if admitted.</param>
    /// <param name="status">The daemon's status at that moment, if not admitted.</param>
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

            // Published inside the lock, so that statuses come in the order in which tasks got the slot.
            status = null;
            admitted = _running = Make(asked);
            _board.Busy(admitted.Description);
            return true;
        }
    }

    /// <summary>Starts a call, or queues it and tells its client so. In any other case the caller must refuse the call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="status">The daemon's status at that moment.</param>
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

    /// <summary>Removes a call from the queue. Returns false if the call does not wait there.</summary>
    public bool TryWithdraw(ServerSession owner, uint callId) => TakeOut(call => call.Owner == owner && call.CallId == callId);

    /// <summary>Removes all calls of a disconnected client from the queue.</summary>
    public void Withdraw(ServerSession owner) => TakeOut(call => call.Owner == owner);

    /// <summary>Gives the slot to the next in the queue, and puts the running task behind all that wait now.</summary>
    /// <param name="yielded">The running task.</param>
    /// <returns>False if the task keeps the slot: nobody waits any more, it is being cancelled, or too many tasks have given way.</returns>
    /// <exception cref="InvalidOperationException">The task does not hold the slot.</exception>
    public bool TryGiveWay(YieldedTask yielded)
    {
        RunningTask task = yielded.Task;
        SlotTurn next;
        lock (_gate)
        {
            if (_running != task || task.HasGivenWay)
            {
                throw TaskYield.NotRunning(task);
            }

            // The two steps of a cancellation have begun, or are about to: the task must hold the slot meanwhile.
            if (task.CanceledBy is not null || !_yielded.HasRoom)
            {
                return false;
            }

            if (TakeNext() is not { } turn)
            {
                _board.QueueChanged(_queue.Processes());
                return false;
            }

            task.Share().HasGivenWay = true;
            _yielded.Add(yielded, after: _queue.LastNumber);
            next = turn;
            _running = next.Task;
            yielded.Report = _board.GaveWay(next.Task.Description, next.Report, _queue.Processes(), _yielded.Describe());
        }

        next.Begin();
        return true;
    }

    /// <summary>Has a cancellation begin while its task holds the slot: a task that has given way is moved before all that wait.</summary>
    /// <param name="task">The task.</param>
    /// <param name="begin">Begins the cancellation, once the task holds the slot again.</param>
    /// <returns>True if the task has not given way, so that the caller must begin the cancellation.</returns>
    public bool HoldsFor(RunningTask task, Action<RunningTask> begin)
    {
        lock (_gate)
        {
            bool isMoved = _yielded.TryHurry(task, begin);
            if (isMoved)
            {
                _board.QueueChanged(_queue.Processes(), _yielded.Describe());
            }

            return !isMoved;
        }
    }

    /// <summary>Frees the slot, or gives it to the next call in the queue or to a task that has given way. <see cref="Answered"/> must follow.</summary>
    /// <param name="task">The task, which has settled.</param>
    /// <param name="error">The task's error message; null if the task did not fail.</param>
    /// <param name="outcome">The outcome of the task's cancellation, if any process asked for it.</param>
    public void Release(RunningTask task, string? error, CancelOutcome outcome = CancelOutcome.Completed)
    {
        DaemonCanceledTask? canceled = task.CanceledBy is not { } by
            ? null
            : new DaemonCanceledTask { Id = task.Description.Id, Method = task.Description.Method, Outcome = outcome, CanceledBy = by };
        SlotTurn? next = null;
        lock (_gate)
        {
            if (_running == task)
            {
                next = TakeNext();
                _running = next?.Task;
            }
            else if (!_yielded.TryRemove(task))
            {
                // A handler that does not await what it gave way for may end meanwhile; any other task must hold the slot.
                return;
            }

            _unanswered++;
            if (_running is null)
            {
                _board.TaskEnded(error, canceled);
            }
            else
            {
                _board.HandedOver(error, canceled, _running.Description, _queue.Processes(), _yielded.Describe(), next?.Report);
            }
        }

        next?.Begin();
    }

    /// <summary>Records that a released task's owner was sent the answer. A draining daemon may end only after this.</summary>
    /// <param name="ended">The task, if its code has ended. Its object is reused, unless it is shared.</param>
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

    /// <summary>Drains the slot: admits no more tasks.</summary>
    /// <param name="reason">The reason, published unless the slot was draining already.</param>
    /// <param name="onDrained">Runs once when no task runs any more, possibly at once on this thread. Ignored if the slot was draining already.</param>
    /// <param name="tell">Receives the daemon's status before the slot can be drained. Runs under the lock, so it must be quick.</param>
    /// <returns>False if the slot was draining already.</returns>
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

    /// <summary>Drains the slot, but only if no task runs.</summary>
    /// <param name="reason">The reason, published if the slot drains.</param>
    /// <param name="tell">Receives the daemon's status in any case. Runs under the lock, so it must be quick.</param>
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
        if ((running.IsStream && running.Owner == call.Owner) || _yielded.HasStreamOf(call.Owner))
        {
            return QueueEntry.OwnStream;
        }

        if (!_queue.TryAdd(call))
        {
            return QueueEntry.Full;
        }

        call.TellQueued();
        _board.QueueChanged(_queue.Processes());
        if (call.HasDeadline)
        {
            _ = _deadlines.Demand();
        }

        return QueueEntry.Queued;
    }

    /// <summary>Takes whoever is next: a task that has given way, or the first call whose client can be told at once that the call begins. Refuses the calls before it: they missed their turn.</summary>
    private SlotTurn? TakeNext()
    {
        bool hadCalls = _queue.Count > 0;
        SlotTurn? next = null;
        while (next is null)
        {
            if (_yielded.TryTakeFirst(_queue.FirstNumber, out YieldedTask? yielded))
            {
                next = new SlotTurn(yielded.Task, null, yielded);
            }
            else if (!_queue.TryTakeFirst(out QueuedCall? call))
            {
                break;
            }
            else if (call.TryTellStarted())
            {
                next = new SlotTurn(Make(call.Asked), call, null);
            }
            else
            {
                call.Refuse(RefusalReason.TurnMissed, _board.Current);
            }
        }

        if (hadCalls)
        {
            EndDeadlines();
        }

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
            EndDeadlines();
            return true;
        }
    }

    private TimeSpan? RefuseOverdue()
    {
        lock (_gate)
        {
            List<QueuedCall> overdue = _queue.TakeAll(static call => call.Deadline.HasPassed);
            if (overdue.Count > 0)
            {
                _board.QueueChanged(_queue.Processes());
                overdue.ForEach(call => call.Refuse(RefusalReason.WaitedTooLong, _board.Current));
            }

            return _queue.UntilNextDeadline();
        }
    }

    /// <summary>Refuses all waiting calls as busy. Their clients see when the running task has ended, and then go to the successor.</summary>
    private void RefuseQueue(string reason)
    {
        List<QueuedCall> queue = _queue.TakeAll(static _ => true);
        _board.Stopping(reason);
        queue.ForEach(call => call.Refuse(RefusalReason.Busy, _board.Current));
        EndDeadlines();
    }

    private void EndDeadlines()
    {
        if (!_queue.HasDeadlines)
        {
            _deadlines.Wake();
        }
    }

    private bool IsEmpty => _running is null && _unanswered == 0;
}
