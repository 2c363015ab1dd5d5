namespace DaemonRpc.Tasks;

/// <summary>How many bytes of items a client still allows. Makes a fast producer wait for a slow consumer.</summary>
internal sealed class ItemCredit(long initial)
{
    private readonly Lock _gate = new();
    private long _bytes = initial;
    private TaskCompletionSource? _waiting;

    /// <summary>Takes the bytes of an item that was sent. May go below zero, by one item.</summary>
    public void Spend(int bytes)
    {
        lock (_gate)
        {
            _bytes -= bytes;
        }
    }

    /// <summary>The client has consumed so many bytes.</summary>
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

    /// <summary>Nobody consumes any more: the producer is not to wait for it.</summary>
    public void Lift() => Add(long.MaxValue / 2);

    /// <summary>Waits until an item may be sent. One producer at a time.</summary>
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
