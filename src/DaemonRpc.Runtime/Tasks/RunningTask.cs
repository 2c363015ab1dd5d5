using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Tasks;

/// <summary>A call that holds the slot.</summary>
/// <remarks>
/// It settles once: the handler's end and force race for <see cref="TrySettle"/>, and the one that wins decides what the
/// owner, the cancellers and the watchers are told. A cancellation that comes after the handler's end finds nothing to cancel;
/// one that comes while force is at work, and the handler maybe too, is told of the force when that is done.
/// </remarks>
internal sealed class RunningTask
{
    private readonly object _gate = new();
    private readonly List<Action<CancelOutcome, int>> _cancellers = [];
    private readonly CancellationTokenSource _cancellation = new();
    private bool _settled;
    private bool _isBeingForced;
    private int? _canceledBy;

    public required DaemonTask Description { get; init; }

    public required ServerSession Owner { get; init; }

    public required uint CallId { get; init; }

    public required DaemonCaller Caller { get; init; }

    /// <summary>Whether its client takes items: it may not end before its consumer lets it.</summary>
    public bool IsStream { get; init; }

    /// <summary>By when it must have ended, as its client said; null when it said nothing.</summary>
    public Deadline? Limit { get; init; }

    /// <summary>The chain of the call that this task is; null for nearly every call.</summary>
    public CallChain? CallerChain { get; init; }

    /// <summary>The chain of the calls that are made from within this task.</summary>
    public CallChain Chain => field ??= CallChain.Append(CallerChain, Description.Id);

    /// <summary>Whether <see cref="TaskFlow"/> cannot tell its code from that of other tasks. Set before the handler runs.</summary>
    public bool SharesMark { get; set; }

    /// <summary>Bytes of items that the client still allows.</summary>
    public required ItemCredit Credit { get; init; }

    /// <summary>Cancelled in the first step. Never reused: a handler may keep it.</summary>
    public CancellationToken Token => _cancellation.Token;

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
                _cancellers.Add(onSettled);
            }

            return true;
        }
    }

    /// <summary>Cancels the token. Runs the handler's registrations on this thread, so it may take any time.</summary>
    public void CancelToken() => _cancellation.Cancel();

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
        Action<CancelOutcome, int>[] cancellers;
        lock (_gate)
        {
            // Nobody is added any more.
            _isBeingForced = false;
            cancellers = [.. _cancellers];
        }

        foreach (Action<CancelOutcome, int> canceller in cancellers)
        {
            canceller(outcome, _canceledBy ?? 0);
        }
    }
}
