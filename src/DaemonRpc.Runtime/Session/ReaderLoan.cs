using System.Runtime.ExceptionServices;

namespace DaemonRpc.Session;

/// <summary>Lends the reading of a connection to the consumer of a stream, who then need not wait for another thread to read each item for it.</summary>
/// <remarks>
/// The consumer of a stream of large items asks for it before it waits for the next. The reader lends when it has read that
/// and more is there already, and sleeps; the consumer, woken, takes what follows from the socket itself, as long as there is
/// something at once. The reader has it back when there is not, when the stream has ended, or when the consumer has not used it for
/// <see cref="s_patience"/>: others who use the connection wait no longer than twice that for somebody's code.
/// At any time one thread reads: who has found in the gate that it may.
/// </remarks>
internal sealed class ReaderLoan
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(1);

    private readonly object _gate = new();
    private volatile PendingCall? _asking;
    private volatile PendingCall? _borrower;
    private bool _isReading;
    private bool _wasUsed;
    private ExceptionDispatchInfo? _failure;

    /// <summary>That call's consumer would read what follows its next item. The latest who asks counts.</summary>
    public void Ask(PendingCall call) => _asking = call;

    /// <summary>Lends to the call of that id, if its consumer has asked, and returns when the reading is the reader's again.</summary>
    /// <exception cref="Exception">What the borrower failed with as it read: it is the reader's to deal with.</exception>
    public void LendTo(uint callId)
    {
        if (_asking is not { } asking || asking.Id != callId || !TryForget(asking))
        {
            return;
        }

        lock (_gate)
        {
            _borrower = asking;
            do
            {
                _wasUsed = false;
                _ = Monitor.Wait(_gate, s_patience);
            }
            while (_borrower is not null && (_isReading || _wasUsed));
            _borrower = null;
            _failure?.Throw();
        }
    }

    /// <summary>That call's consumer wants nothing more.</summary>
    public void End(PendingCall call)
    {
        _ = TryForget(call);
        if (_borrower == call)
        {
            Return(null);
        }
    }

    /// <summary>Begins to read for a call, if its consumer is the borrower. <see cref="Stop"/> or <see cref="Return"/> must follow.</summary>
    public bool TryBegin(PendingCall call)
    {
        // Without the gate for all who never asked.
        if (_borrower != call)
        {
            return false;
        }

        lock (_gate)
        {
            return _isReading = _borrower == call;
        }
    }

    /// <summary>Reads no more for now.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            (_isReading, _wasUsed) = (false, true);
        }
    }

    /// <summary>Gives the reading back, with what it failed with.</summary>
    public void Return(Exception? failure)
    {
        lock (_gate)
        {
            _isReading = false;
            _borrower = null;
            _failure = failure is null ? null : ExceptionDispatchInfo.Capture(failure);
            Monitor.PulseAll(_gate);
        }
    }

    // Either the reader takes the wish, or its owner takes it back; and never that of another, who may be asking just now.
    private bool TryForget(PendingCall call) => Interlocked.CompareExchange(ref _asking, null, call) == call;
}
