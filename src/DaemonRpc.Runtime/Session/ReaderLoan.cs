using System.Runtime.ExceptionServices;

namespace DaemonRpc.Session;

/// <summary>The reading of a connection, lent once to one call's consumer.</summary>
/// <remarks>
/// A loan is offered until the consumer begins to read, which it may do repeatedly. It is over when the consumer ends it, or when the reader
/// finds it offered and takes it back. If both act at the same moment, one wins. There is no lock, so an interrupted thread cannot hold one.
/// </remarks>
/// <param name="borrower">The call whose consumer borrows the reading.</param>
internal sealed class ReaderLoan(PendingCall borrower)
{
    private const int Offered = 0;
    private const int Reading = 1;
    private const int Over = 2;

    private int _state;
    private bool _wasUsed;
    private Exception? _failure;

    public PendingCall Borrower => borrower;

    public bool IsOver => Volatile.Read(ref _state) == Over;

    /// <summary>Begins to read, as the consumer. Returns false when the loan is over. <see cref="Stop"/> or <see cref="End"/> must follow.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Reading, Offered) == Offered;

    /// <summary>Stops reading for now, as the consumer.</summary>
    public void Stop()
    {
        Volatile.Write(ref _wasUsed, true);
        Volatile.Write(ref _state, Offered);
    }

    /// <summary>Ends the loan, as the consumer that is reading, with the error it met.</summary>
    public void End(Exception? failure)
    {
        _failure = failure;
        Volatile.Write(ref _state, Over);
    }

    /// <summary>Ends the loan unless the consumer is reading.</summary>
    public bool TryEnd() => Interlocked.CompareExchange(ref _state, Over, Offered) == Offered;

    /// <summary>Ends the loan if the consumer is not reading and has not read since the last call of this method.</summary>
    public bool TryEndUnused()
    {
        bool wasUsed = Volatile.Read(ref _wasUsed);
        Volatile.Write(ref _wasUsed, false);
        return !wasUsed && TryEnd();
    }

    /// <summary>Throws the consumer's error, after the loan is over.</summary>
    public void ThrowFailure()
    {
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }
}
