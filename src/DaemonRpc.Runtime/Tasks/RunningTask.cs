using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Tasks;

/// <summary>A call that holds the slot.</summary>
/// <remarks>
/// It settles once: the handler's end and force race for <see cref="TrySettle"/>, and the one that wins decides what the
/// owner, the cancellers and the watchers are told. A cancellation that comes after the handler's end finds nothing to cancel;
/// one that comes while force is at work, and the handler maybe too, is told of the force when that is done.
/// The object is used again for the next task, unless somebody else than who runs it has ever got hold of it
/// (<see cref="Share"/>): whoever keeps one can never meet another task in it.
/// </remarks>
internal sealed class RunningTask : IReaderWork
{
    private readonly object _gate = new();
    private List<Action<CancelOutcome, int>>? _cancellers;
    private CancellationTokenSource? _cancellation;
    private TaskReply? _reply;
    private CallChain? _chain;
    private byte[]? _attachment;
    private bool _settled;
    private bool _isBeingForced;
    private int? _canceledBy;

    public TaskDescription Description { get; private set; }

    public ServerSession Owner { get; private set; } = null!;

    public uint CallId { get; private set; }

    /// <summary>What was asked for.</summary>
    public RequestHeader Request { get; private set; }

    /// <summary>What runs it.</summary>
    public TaskRunner? Runner { get; private set; }

    /// <summary>Whether its client takes items: it may not end before its consumer lets it.</summary>
    public bool IsStream => Credit is not null;

    /// <summary>By when it must have ended, as its client said; null when it said nothing.</summary>
    public Deadline? Limit => Request.Limit;

    /// <summary>The chain of the call that this task is; null for nearly every call.</summary>
    public CallChain? CallerChain => Request.Chain;

    /// <summary>The chain of the calls that are made from within this task.</summary>
    public CallChain Chain => _chain ??= CallChain.Append(CallerChain, Description.Id);

    /// <summary>Whether <see cref="TaskFlow"/> cannot tell its code from that of other tasks. Set before the handler runs.</summary>
    public bool SharesMark { get; set; }

    /// <summary>Bytes of items that the client still allows; null when it wants none.</summary>
    public ItemCredit? Credit { get; private set; }

    /// <summary>What it sends. Kept for the next task.</summary>
    public TaskReply Reply => _reply ??= new TaskReply(this);

    /// <summary>Whether somebody else than who runs it has got hold of it.</summary>
    public bool IsShared { get; private set; }

    /// <summary>Cancelled in the first step. The source, made when first asked for, is never used again: a handler may keep the token.</summary>
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

    /// <summary>Makes it the task of a request. Called on a new one, or on one that is used again.</summary>
    /// <param name="description">What is told of it.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="callId">Which of its calls.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="runner">What runs it.</param>
    public RunningTask Begin(in TaskDescription description, ServerSession owner, uint callId, in RequestHeader request, TaskRunner? runner)
    {
        (Description, Owner, CallId, Request, Runner) = (description, owner, callId, request, runner);
        if (request.Attachment is { } attachment)
        {
            // Apart, so that it can be let go of while the task runs.
            (_attachment, Request) = (attachment, request with { Attachment = null });
        }

        Credit = request.Credit > 0 ? new ItemCredit(request.Credit) : null;
        return this;
    }

    /// <summary>Notes that somebody else than who runs it has got hold of it. Called under the slot's lock while it runs, or by who runs it.</summary>
    public RunningTask Share()
    {
        IsShared = true;
        return this;
    }

    /// <summary>Forgets everything, for the next task. Only for one that is not shared, and has ended.</summary>
    public void Clear()
    {
        (_settled, _canceledBy, _cancellation, _chain, SharesMark) = (false, null, null, null, false);
        (Owner, Credit, Request, _attachment) = (null!, null, default, null);
    }

    /// <summary>The attachment of its request, once, or null.</summary>
    public byte[]? TakeAttachment()
    {
        byte[]? attachment = _attachment;
        _attachment = null;
        return attachment;
    }

    public void Run(ReadOnlyMemory<byte> arguments) => Runner!.RunHere(this, arguments);

    /// <summary>Whether it is decided what became of it.</summary>
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

    /// <summary>The process that first asked for cancellation, or null when nobody did.</summary>
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

    /// <summary>Notes that somebody wants the task cancelled.</summary>
    /// <param name="by">The process that asks.</param>
    /// <param name="onSettled">Told what became of the task and who was the first to ask, once that is true; or null.</param>
    /// <param name="isFirst">Whether nobody had asked before, so that the two steps are to be begun.</param>
    /// <returns>False when the task has ended already.</returns>
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

    /// <summary>Cancels the token. Runs the handler's registrations on this thread, so it may take any time.</summary>
    public void CancelToken() => Cancellation.Cancel();

    /// <summary>Ends the race. The winner must then call <see cref="TellCancellers"/>, after freeing the slot.</summary>
    /// <param name="byForce">Whether the handler is still to be ended.</param>
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

    /// <summary>Waits until it has settled. False when the limit passed first; an infinite one never does.</summary>
    public bool WaitUntilSettled(TimeSpan limit)
    {
        var deadline = new Deadline(limit);
        lock (_gate)
        {
            while (!_settled && !deadline.HasPassed)
            {
                _ = Monitor.Wait(_gate, deadline.Left);
            }

            return _settled;
        }
    }

    /// <summary>Tells everybody who asked for cancellation what became of it.</summary>
    public void TellCancellers(CancelOutcome outcome)
    {
        List<Action<CancelOutcome, int>>? cancellers;
        lock (_gate)
        {
            // Nobody is added any more.
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
