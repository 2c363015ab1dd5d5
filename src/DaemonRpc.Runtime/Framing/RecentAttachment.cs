namespace DaemonRpc.Framing;

/// <summary>Keeps the large array that was received last, until the next one comes or none comes any more.</summary>
/// <remarks>
/// The runtime collects garbage for each three or four megabytes of large arrays. If it finds none of them alive, it gives the
/// memory of all back to the system, and has to ask for each page of the next ones anew, which takes longer than to receive them. One
/// that lives keeps the memory where it is. With the second collection after it, it is let go: who receives nothing keeps nothing.
/// </remarks>
internal sealed class RecentAttachment
{
    // Fewer bytes are an object like any other for the runtime.
    private const int LeastSize = 85_000;

    // More have memory of their own, which is not used again for the next.
    private const int LargestSize = 1024 * 1024;

    private volatile byte[]? _attachment;
    private volatile bool _isNew;

    /// <summary>The one of this process: its connections take turns.</summary>
    public static RecentAttachment Shared { get; } = new RecentAttachment().AgedByCollections();

    /// <summary>What it keeps.</summary>
    public byte[]? Attachment => _attachment;

    public void Keep(byte[] attachment)
    {
        if (attachment.Length is >= LeastSize and <= LargestSize)
        {
            (_attachment, _isNew) = (attachment, true);
        }
    }

    /// <summary>Lets go of an array that this has seen before.</summary>
    public void Age()
    {
        if (!_isNew)
        {
            _attachment = null;
        }

        _isNew = false;
    }

    /// <summary>Lets go of it at once.</summary>
    public void Forget() => _attachment = null;

    /// <summary>Has each collection of old objects age it, from now on and as long as the process lives.</summary>
    public RecentAttachment AgedByCollections()
    {
        _ = new Collection(this);
        return this;
    }

    /// <summary>Nobody refers to it: a collection that looks at it wants to finalise it.</summary>
    private sealed class Collection(RecentAttachment recent)
    {
        ~Collection()
        {
            recent.Age();
            GC.ReRegisterForFinalize(this);
        }
    }
}
