namespace DaemonRpc.Tasks;

/// <summary>Counts how many bytes of items, progress reports and log messages a client still accepts, so that a fast producer waits for a slow consumer.</summary>
internal sealed class ItemCredit(long initial)
{
    // Far more than a task can send, and small enough for sums.
    private const long Boundless = long.MaxValue / 4;

    // Not a Lock, because threads wait on it until it is pulsed.
    private readonly object _gate = new();
    private long _bytes = initial;
    private TaskCompletionSource? _waiting;

    /// <summary>Whether a frame may be sent.</summary>
    public bool IsGranted
    {
        get
        {
            lock (_gate)
            {
                return _bytes > 0;
            }
        }
    }

    /// <summary>Whether the credit is not exceeded by this many bytes yet.</summary>
    public bool Allows(int excess)
    {
        lock (_gate)
        {
            return _bytes > -excess;
        }
    }

    /// <summary>Subtracts the size of a sent frame. The credit may fall below zero, by one frame of each producer.</summary>
    public void Spend(int bytes)
    {
        lock (_gate)
        {
            _bytes -= bytes;
        }
    }

    /// <summary>Adds credit: the client has consumed this many bytes.</summary>
    public void Add(long bytes)
    {
        TaskCompletionSource? waiting = null;
        lock (_gate)
        {
            _bytes = Math.Min(_bytes + Math.Max(bytes, 0), Boundless);
            if (_bytes > 0)
            {
                waiting = _waiting;
                _waiting = null;
                Monitor.PulseAll(_gate);
            }
        }

        waiting?.TrySetResult();
    }

    /// <summary>Removes the bound, because nobody consumes any more and the producer must not wait.</summary>
    public void Lift() => Add(Boundless);

    /// <summary>Waits until a frame may be sent.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_bytes > 0)
            {
                return ValueTask.CompletedTask;
            }

            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_waiting.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Blocks until a frame may be sent, without needing another thread of the pool.</summary>
    /// <param name="token">Returns the token that ends the wait. Asked only if there is something to wait for.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Wait(Func<CancellationToken> token)
    {
        lock (_gate)
        {
            if (_bytes > 0)
            {
                return;
            }
        }

        CancellationToken cancellationToken = token();
        using (cancellationToken.UnsafeRegister(static credit => ((ItemCredit)credit!).Wake(), this))
        {
            lock (_gate)
            {
                while (_bytes <= 0 && !cancellationToken.IsCancellationRequested)
                {
                    _ = Monitor.Wait(_gate);
                }
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
