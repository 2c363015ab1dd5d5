namespace DaemonRpc.Tasks;

/// <summary>Counts how many bytes of items a client still accepts, so that a fast producer waits for a slow consumer.</summary>
internal sealed class ItemCredit(long initial)
{
    private readonly Lock _gate = new();
    private long _bytes = initial;
    private TaskCompletionSource? _waiting;

    /// <summary>Subtracts the size of sent items. The credit may fall below zero, by one item.</summary>
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
            _bytes += Math.Max(bytes, 0);
            if (_bytes > 0)
            {
                waiting = _waiting;
                _waiting = null;
            }
        }

        waiting?.TrySetResult();
    }

    /// <summary>Removes the bound, because nobody consumes any more and the producer must not wait.</summary>
    public void Lift() => Add(long.MaxValue / 2);

    /// <summary>Waits until an item may be sent. For one producer at a time.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_bytes > 0)
            {
                return ValueTask.CompletedTask;
            }

            _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_waiting.Task.WaitAsync(cancellationToken));
        }
    }
}
