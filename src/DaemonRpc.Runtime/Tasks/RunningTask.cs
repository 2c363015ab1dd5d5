using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Tasks;

/// <summary>A call that holds the slot.</summary>
/// <remarks>
/// A task settles once: the handler's end and force race for <see cref="TrySettle"/>, and the winner decides what the owner, the
/// cancellers and the watchers are told. A cancellation after the handler's end finds nothing to cancel. A cancellation during force,
/// while the handler may still run, gets its answer when the force is done. The object is reused for the next task, unless another
/// thread than the task's own has got a reference to it (<see cref="Share"/>). So a kept reference never leads to another task.
/// </remarks>
internal sealed class RunningTask : IReaderWork
{
    private readonly object _gate = new();
    private List<Action<CancelOutcome, int>>? _cancellers;
    private CancellationTokenSource? _cancellation;
    private TaskReply? _reply;
    private CallChain? _chain;
    private byte[]? _attachment;
    private ItemCredit? _credit;
    private ItemBatch? _items;
    private CallerAsks? _asks;
    private bool _settled;
    private volatile bool _outlivesDeadline;
    private bool _isBeingForced;
    private int? _canceledBy;

    public TaskDescription Description { get; private set; }

    public ServerSession Owner { get; private set; } = null!;

    public uint CallId { get; private set; }

    /// <summary>The request that started the task.</summary>
    public RequestHeader Request { get; private set; }

    /// <summary>The runner of the task.</summary>
    public TaskRunner? Runner { get; private set; }

    /// <summary>Whether the task is a stream, which may not end before its consumer lets it.</summary>
    public bool IsStream => Request.Credit > 0;

    /// <summary>The task's deadline from its client; null for none.</summary>
    public Deadline? Deadline => _outlivesDeadline ? null : Request.Deadline;

    /// <summary>The least level of the task's log messages that its caller receives; <see cref="LogLevel.None"/> for nearly every caller.</summary>
    public LogLevel LogLevel => Owner.Hello.TaskLogLevel;

    /// <summary>The chain of the call that started the task; null for nearly every call.</summary>
    public CallChain? CallerChain => Request.Chain;

    /// <summary>The chain of calls made from within the task.</summary>
    public CallChain Chain => _chain ??= CallChain.Append(CallerChain, Description.Id);

    /// <summary>
    /// Whether the task's code shares a mark with other tasks, so that <see cref="TaskFlow"/> cannot tell them apart. Set before the handler runs.
    /// </summary>
    public bool SharesMark { get; set; }

    /// <summary>Whether the task has given way and its handler does not go on yet. Set under the slot's lock.</summary>
    public bool HasGivenWay
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>An execution context in which code of the task has asked to give way; null for nearly every task. Compared, never entered.</summary>
    public ExecutionContext? YieldsIn { get; set; }

    /// <summary>Sends the task's items and progress reports. Created on demand, on the thread that runs the task.</summary>
    public ItemBatch Items
    {
        get
        {
            lock (_gate)
            {
                return _items ??= new ItemBatch(
                    Owner, CallId, Credit, Description.Method, MaxFrameBytes, Runner?.Items ?? new ItemFlusher(), log: LogLevel == LogLevel.None ? null : new LogBacklog());
            }
        }
    }

    /// <summary>What the task asks of its caller, which code that the task leaves running may still try to. Created on demand, on the thread that runs the task.</summary>
    public CallerAsks Asks
    {
        get
        {
            lock (_gate)
            {
                return _asks ??= new CallerAsks(Owner, CallId, Chain, Flush, method => Runner?.Asks(this, method));
            }
        }
    }

    /// <summary>The size limit of results, items and progress reports, in bytes.</summary>
    public int MaxFrameBytes => Runner?.MaxFrameBytes ?? FrameLimits.Default;

    /// <summary>Sends the task's results. Reused for the next task.</summary>
    public TaskReply Reply => _reply ??= new TaskReply(this);

    /// <summary>Whether anybody but the thread that runs the task has got a reference to it.</summary>
    public bool IsShared { get; private set; }

    /// <summary>Is cancelled in the first step of cancellation. Its source, created on demand, is never reused: a handler may keep the token.</summary>
    public CancellationToken Token => Cancellation.Token;

    private CancellationTokenSource Cancellation
    {
        get
        {
            lock (_gate)
            {
                return _cancellation ??= new CancellationTokenSource();
            }
        }
    }

    /// <summary>Initialises this object as the task of a request, on a new or reused object.</summary>
    /// <param name="description">The task's description.</param>
    /// <param name="owner">The client's session.</param>
    /// <param name="callId">The call's id on that session.</param>
    /// <param name="request">The request.</param>
    /// <param name="runner">The runner.</param>
    public RunningTask Begin(in TaskDescription description, ServerSession owner, uint callId, in RequestHeader request, TaskRunner? runner)
    {
        (Description, Owner, CallId, Request, Runner) = (description, owner, callId, request, runner);
        _outlivesDeadline = false;
        if (request.Attachment is { } attachment)
        {
            // Kept separately, so that it can be released while the task runs.
            (_attachment, Request) = (attachment, request with { Attachment = null });
        }

        return this;
    }

    /// <summary>Ends the task's deadline.</summary>
    public void LiftDeadline() => _outlivesDeadline = true;

    /// <summary>The client has consumed this many bytes of items and progress reports.</summary>
    public void AddCredit(int bytes)
    {
        lock (_gate)
        {
            Credit.Add(bytes);
        }
    }

    /// <summary>The caller has gone: removes the bound of items and progress reports, which nobody consumes any more, and ends what the task asks of it.</summary>
    public void CallerGone()
    {
        lock (_gate)
        {
            Credit.Lift();
        }

        // Also if the handler has not begun to ask: it would wait for an answer that nobody gives.
        Asks.Close(() => new IOException($"The caller of {Description.Method}, process {Owner.Peer.ProcessId}, has gone."));
    }

    /// <summary>The caller sent something that the task has asked for.</summary>
    /// <exception cref="DaemonProtocolException">The task has not asked for it.</exception>
    public void OnAnswer(FrameKind kind, ReadOnlySpan<byte> payload, byte[]? attachment)
    {
        if (_asks is not { } asks)
        {
            throw new DaemonProtocolException($"The client answered {Description.Method}, which has asked nothing.");
        }

        asks.OnAnswer(kind, payload, attachment);
    }

    /// <summary>Sends the caller a message that the task has logged, unless the task has settled. Never waits. From any thread.</summary>
    public void Log(byte[] message)
    {
        ItemBatch items;
        lock (_gate)
        {
            if (_settled)
            {
                return;
            }

            items = Items;
        }

        items.AddLog(message);
    }

    /// <summary>Sends the items and progress reports that wait, drops later ones, and lets the task ask nothing more. Called once the task has settled.</summary>
    public void EndConversation()
    {
        _items?.Close();
        _asks?.Close(() => new InvalidOperationException($"The call of {Description.Method} has ended, so that its caller can no longer be asked."));
    }

    /// <summary>Sends the items and progress reports that wait.</summary>
    public void Flush() => _items?.Flush();

    /// <summary>Returns whether an exception comes from what this task asked of its caller.</summary>
    public bool Asked(CallerFailureException failure) => failure.Asks == _asks;

    // Created on demand, under the lock, for a call without items or progress needs none.
    private ItemCredit Credit => _credit ??= new ItemCredit(IsStream ? Request.Credit : FrameLimits.ReportCredit);

    /// <summary>
    /// Records that somebody else has got a reference to the task. Called under the slot's lock while the task runs, or by the thread that runs it.
    /// </summary>
    public RunningTask Share()
    {
        IsShared = true;
        return this;
    }

    /// <summary>Resets the object for the next task. Only for a task that has ended and is not shared.</summary>
    public void Clear()
    {
        (_settled, _canceledBy, _cancellation, _chain, SharesMark) = (false, null, null, null, false);
        (Owner, Request, _attachment) = (null!, default, null);
        (_credit, _items, _asks, YieldsIn) = (null, null, null, null);
    }

    /// <summary>Removes and returns the request's attachment, or null.</summary>
    public byte[]? TakeAttachment()
    {
        byte[]? attachment = _attachment;
        _attachment = null;
        return attachment;
    }

    public void Run(ReadOnlyMemory<byte> arguments) => Runner!.RunHere(this, arguments);

    /// <summary>Whether the task's outcome is decided.</summary>
    public bool IsSettled
    {
        get
        {
            lock (_gate)
            {
                return _settled;
            }
        }
    }

    /// <summary>The process that first asked for cancellation, or null if none did.</summary>
    public int? CanceledBy
    {
        get
        {
            lock (_gate)
            {
                return _canceledBy;
            }
        }
    }

    /// <summary>Records a request to cancel the task.</summary>
    /// <param name="by">The process that asks.</param>
    /// <param name="onSettled">Receives the task's outcome and the process that asked first, once the task has ended; or null.</param>
    /// <param name="isFirst">Whether this is the first request, so that the caller must begin the two steps.</param>
    /// <returns>False when the task has already ended.</returns>
    public bool TryRequestCancel(int by, Action<CancelOutcome, int>? onSettled, out bool isFirst)
    {
        lock (_gate)
        {
            isFirst = !_settled && _canceledBy is null;
            if (_settled && !_isBeingForced)
            {
                return false;
            }

            _canceledBy ??= by;
            if (onSettled is not null)
            {
                (_cancellers ??= []).Add(onSettled);
            }

            return true;
        }
    }

    /// <summary>Cancels the token. Runs the handler's callbacks on this thread, so it may take any time.</summary>
    public void CancelToken() => Cancellation.Cancel();

    /// <summary>Decides the race. The winner must free the slot and then call <see cref="TellCancellers"/>.</summary>
    /// <param name="byForce">Whether the caller wins for force, so that the handler must still be ended.</param>
    public bool TrySettle(bool byForce = false)
    {
        lock (_gate)
        {
            if (_settled)
            {
                return false;
            }

            _settled = true;
            _isBeingForced = byForce;
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Waits until the task has settled. Returns false if the deadline passes first.</summary>
    /// <param name="deadline">The deadline.</param>
    /// <param name="waitsForAlarm">Whether somebody calls <see cref="LookAgain"/> when the deadline has passed, whose clock is not the system's.</param>
    public bool WaitUntilSettled(Deadline deadline, bool waitsForAlarm = false)
    {
        lock (_gate)
        {
            while (!_settled && !deadline.HasPassed)
            {
                _ = Monitor.Wait(_gate, waitsForAlarm ? Timeout.InfiniteTimeSpan : deadline.Left);
            }

            return _settled;
        }
    }

    /// <summary>Wakes who waits until the task has settled.</summary>
    public void LookAgain()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Reports the outcome to everybody who asked for cancellation.</summary>
    public void TellCancellers(CancelOutcome outcome)
    {
        List<Action<CancelOutcome, int>>? cancellers;
        lock (_gate)
        {
            // From now on no canceller can be added.
            _isBeingForced = false;
            cancellers = _cancellers;
        }

        if (cancellers is not null)
        {
            foreach (Action<CancelOutcome, int> canceller in cancellers)
            {
                canceller(outcome, _canceledBy ?? 0);
            }
        }
    }
}
