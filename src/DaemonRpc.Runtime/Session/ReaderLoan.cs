using System.Runtime.ExceptionServices;

namespace DaemonRpc.Session;

/// <summary>The reading of a connection, lent once to one call's consumer.</summary>
/// <remarks>
/// Offered until the consumer begins to read, which it may do again and again, and over when the consumer says so, or when the
/// reader finds it offered and takes it back. Of two who change it at the same moment one wins. It has no lock, whoever may be interrupted in it.
/// </remarks>
/// <param name="borrower">The call.</param>
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

    /// <summary>The consumer begins to read. False when the loan is over. <see cref="Stop"/> or <see cref="End"/> must follow.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Reading, Offered) == Offered;

    /// <summary>The consumer reads no more for now.</summary>
    public void Stop()
    {
        Volatile.Write(ref _wasUsed, true);
        Volatile.Write(ref _state, Offered);
    }

    /// <summary>The consumer, who reads, gives it back, with what it failed with.</summary>
    public void End(Exception? failure)
    {
        _failure = failure;
        Volatile.Write(ref _state, Over);
    }

    /// <summary>Ends it unless the consumer reads just now.</summary>
    public bool TryEnd() => Interlocked.CompareExchange(ref _state, Over, Offered) == Offered;

    /// <summary>Ends it if the consumer neither reads nor has read since this was asked last.</summary>
    public bool TryEndUnused()
    {
        bool wasUsed = Volatile.Read(ref _wasUsed);
        Volatile.Write(ref _wasUsed, false);
        return !wasUsed && TryEnd();
    }

    /// <summary>Throws what the consumer failed with, once it is over.</summary>
    public void ThrowFailure()
    {
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }
}
