namespace DaemonRpc.Framing;

/// <summary>Keeps the large array that was received last, until the next one comes or none comes any more.</summary>
/// <remarks>
/// The runtime collects garbage for each three or four megabytes of large arrays. If it finds none of them alive, it gives the
/// memory of all back to the system, and has to ask for each page of the next ones anew, which takes longer than to receive them. One
/// that lives keeps the memory where it is. With the second collection after it, it is let go: who receives nothing keeps nothing.
/// </remarks>
internal sealed class RecentTail
{
    // Fewer bytes are an object like any other for the runtime.
    private const int LeastSize = 85_000;

    // More have memory of their own, which is not used again for the next.
    private const int LargestSize = 1024 * 1024;

    private volatile byte[]? _tail;
    private volatile bool _isNew;

    /// <summary>The one of this process: its connections take turns.</summary>
    public static RecentTail Shared { get; } = new RecentTail().AgedByCollections();

    /// <summary>What it keeps.</summary>
    public byte[]? Tail => _tail;

    public void Keep(byte[] tail)
    {
        if (tail.Length is >= LeastSize and <= LargestSize)
        {
            (_tail, _isNew) = (tail, true);
        }
    }

    /// <summary>Lets go of an array that this has seen before.</summary>
    public void Age()
    {
        if (!_isNew)
        {
            _tail = null;
        }

        _isNew = false;
    }

    /// <summary>Lets go of it at once.</summary>
    public void Forget() => _tail = null;

    /// <summary>Has each collection of old objects age it, from now on and as long as the process lives.</summary>
    public RecentTail AgedByCollections()
    {
        _ = new Collection(this);
        return this;
    }

    /// <summary>Nobody refers to it: a collection that looks at it wants to finalise it.</summary>
    private sealed class Collection(RecentTail recent)
    {
        ~Collection()
        {
            recent.Age();
            GC.ReRegisterForFinalize(this);
        }
    }
}
