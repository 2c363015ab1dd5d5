namespace DaemonRpc.Framing;

/// <summary>Objects that have served and may serve again, at most so many. Safe from any thread.</summary>
internal sealed class Pool<T>(int most)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Stack<T> _free = [];

    // Calls that are made one after another need no more, and no lock.
    private T? _first;

    /// <summary>One that nobody else has, or null when a new one has to be made.</summary>
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

    /// <summary>Gives one back. It must not be touched afterwards.</summary>
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
