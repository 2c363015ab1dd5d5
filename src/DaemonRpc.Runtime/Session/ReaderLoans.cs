namespace DaemonRpc.Session;

/// <summary>Lends the reading of a connection to the consumers of its streams, who then need not wait for another thread to read each item for them.</summary>
/// <remarks>
/// The consumer of a stream of large items asks for it before it waits for the next. The reader lends when it has read that
/// and more is there already, and sleeps; the consumer, woken, takes what follows from the socket itself, as long as there is
/// something at once. The reader has it back when there is not, when something else has come, when the consumer has not used it for
/// <see cref="s_patience"/>, and when another call of the connection awaits an answer, which the reader looks at as often, and the consumer with
/// each item: that call waits no longer than twice that time for somebody's code. Nothing is lent while there is one.
/// </remarks>
/// <param name="calls">The calls of the connection.</param>
internal sealed class ReaderLoans(CallTable calls)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(1);

    // Held only to sleep and to wake: who reads is settled by the loan.
    private readonly object _sleeping = new();
    private volatile PendingCall? _asking;
    private volatile ReaderLoan? _current;

    /// <summary>That call's consumer is about to wait, and would read what follows its next item. The latest who asks counts.</summary>
    public void Ask(PendingCall call) => _ = Interlocked.Exchange(ref _asking, call);

    /// <summary>It does not wait after all.</summary>
    public void Forget(PendingCall call) => _ = Interlocked.CompareExchange(ref _asking, null, call);

    /// <summary>Takes the wish of the call of that id, if it has one, before it is told what it waits for: a later wish is for what comes then.</summary>
    public PendingCall? TakeWish(uint callId) =>
        _asking is { } asking && asking.Id == callId && Interlocked.CompareExchange(ref _asking, null, asking) == asking ? asking : null;

    /// <summary>Lends to one whose wish was taken. Returns when the reading is the reader's again.</summary>
    /// <exception cref="Exception">What the borrower failed with as it read: it is the reader's to deal with.</exception>
    public void Lend(PendingCall call)
    {
        if (calls.HasOther(call.Id))
        {
            return;
        }

        var loan = new ReaderLoan(call);
        _ = Interlocked.Exchange(ref _current, loan);

        // The consumer was quick, and waits again: nobody would read. It asks before it looks for a loan, and this is made before
        // it is looked for a wish, so that at least one of the two sees the other. Another's wish may have replaced its own.
        bool isOver = _asking is not null && loan.TryEnd();
        while (!isOver)
        {
            Sleep(loan);
            isOver = loan.IsOver || loan.TryEndUnused() || (calls.HasOther(call.Id) && loan.TryEnd());
        }

        _current = null;
        loan.ThrowFailure();
    }

    /// <summary>Begins to read for a call, if it is the borrower. <see cref="ReaderLoan.Stop"/> or <see cref="End(ReaderLoan, Exception)"/> must follow.</summary>
    /// <returns>The loan, or null.</returns>
    public ReaderLoan? TryBegin(PendingCall call) => _current is { } loan && loan.Borrower == call && loan.TryBegin() ? loan : null;

    /// <summary>Gives the reading back, with what it failed with.</summary>
    public void End(ReaderLoan loan, Exception? failure)
    {
        loan.End(failure);
        Wake();
    }

    /// <summary>That call's consumer, who does not read just now, wants nothing more.</summary>
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
