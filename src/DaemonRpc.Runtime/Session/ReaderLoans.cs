namespace DaemonRpc.Session;

/// <summary>Lends the reading of a connection to the consumers of its streams, so that they need not wait for another thread to read each item.</summary>
/// <remarks>
/// The consumer of a stream of large items asks for a loan before it waits for the next item. After reading that item, if more bytes are
/// there already, the reader lends the reading and sleeps. The woken consumer then reads following items from the socket itself, as long as
/// bytes are there at once. The loan ends when no bytes are there, when another kind of frame has come, when the consumer has not used it for
/// <see cref="s_patience"/>, or when another call of the connection awaits an answer. The reader checks for such calls at the same interval,
/// and the consumer with each item, so such a call waits at most twice that time for user code. While there is one, nothing is lent.
/// </remarks>
/// <param name="calls">The calls of the connection.</param>
internal sealed class ReaderLoans(CallTable calls)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(1);

    // Used only to sleep and to wake: the loan itself decides who reads.
    private readonly object _sleeping = new();
    private volatile PendingCall? _asking;
    private volatile ReaderLoan? _current;

    /// <summary>Asks for a loan: the call's consumer is about to wait, and would read what follows its next item. Only the latest request counts.</summary>
    public void Ask(PendingCall call) => _ = Interlocked.Exchange(ref _asking, call);

    /// <summary>Withdraws a call's request: its consumer does not wait.</summary>
    public void Forget(PendingCall call) => _ = Interlocked.CompareExchange(ref _asking, null, call);

    /// <summary>Takes the request of the call with this id, or null. Taken before the call gets its item: a later request is for later items.</summary>
    public PendingCall? TakeWish(uint callId) =>
        _asking is { } asking && asking.Id == callId && Interlocked.CompareExchange(ref _asking, null, asking) == asking ? asking : null;

    /// <summary>Lends the reading to a call whose request was taken. Returns when the reading is the reader's again.</summary>
    /// <exception cref="Exception">The error that the borrower met while reading; the reader deals with it.</exception>
    public void Lend(PendingCall call)
    {
        if (calls.HasOther(call.Id))
        {
            return;
        }

        var loan = new ReaderLoan(call);
        _ = Interlocked.Exchange(ref _current, loan);

        // A quick consumer may already wait again, and then nobody would read. It asks before it looks for a loan, and this loan is
        // made before we look for a request, so at least one side sees the other. Another consumer's request may have replaced its own.
        bool isOver = _asking is not null && loan.TryEnd();
        while (!isOver)
        {
            Sleep(loan);
            isOver = loan.IsOver || loan.TryEndUnused() || (calls.HasOther(call.Id) && loan.TryEnd());
        }

        _current = null;
        loan.ThrowFailure();
    }

    /// <summary>
    /// Begins to read for a call, if the call is the borrower. <see cref="ReaderLoan.Stop"/> or <see cref="End(ReaderLoan, Exception)"/> must follow.
    /// </summary>
    /// <returns>The loan, or null.</returns>
    public ReaderLoan? TryBegin(PendingCall call) => _current is { } loan && loan.Borrower == call && loan.TryBegin() ? loan : null;

    /// <summary>Ends a loan with the error that the borrower met.</summary>
    public void End(ReaderLoan loan, Exception? failure)
    {
        loan.End(failure);
        Wake();
    }

    /// <summary>Ends the loan of a call whose consumer is not reading and wants nothing more.</summary>
    public void End(PendingCall call)
    {
        Forget(call);
        if (_current is { } loan && loan.Borrower == call && loan.TryEnd())
        {
            Wake();
        }
    }

    private void Sleep(ReaderLoan loan)
    {
        lock (_sleeping)
        {
            if (!loan.IsOver)
            {
                _ = Monitor.Wait(_sleeping, s_patience);
            }
        }
    }

    private void Wake()
    {
        lock (_sleeping)
        {
            Monitor.PulseAll(_sleeping);
        }
    }
}
