namespace DaemonRpc.Framing;

/// <summary>A pool of a limited number of objects for reuse. Safe from any thread.</summary>
/// <param name="most">The most objects that the pool keeps.</param>
internal sealed class Pool<T>(int most)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Stack<T> _free = [];

    // One object that is taken without a lock. Calls that follow one another need only this one.
    private T? _first;

    /// <summary>Takes an object from the pool. Returns null if the pool is empty.</summary>
    public T? Take()
    {
        if (Interlocked.Exchange(ref _first, null) is { } first)
        {
            return first;
        }

        lock (_gate)
        {
            return _free.TryPop(out T? free) ? free : null;
        }
    }

    /// <summary>Returns an object to the pool. The caller must not use it afterwards.</summary>
    public void Give(T free)
    {
        if (Interlocked.CompareExchange(ref _first, free, null) is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_free.Count < most - 1)
            {
                _free.Push(free);
            }
        }
    }
}
