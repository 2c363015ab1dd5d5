namespace DaemonRpc.Framing;

/// <summary>Keeps the last received large array alive, until the next one arrives or two garbage collections pass.</summary>
/// <remarks>
/// .NET collects garbage for every three or four megabytes of large arrays. If none of them is alive, it returns their
/// memory to the system and must request each page again for the next arrays, which takes longer than receiving them. One
/// live array keeps the memory. The second collection releases it, so that a process that receives nothing more keeps nothing.
/// </remarks>
internal sealed class RecentAttachment
{
    // Below this size .NET does not treat an array as a large object.
    private const int LeastSize = 85_000;

    // Above this size an array has memory of its own, which .NET does not reuse for the next one.
    private const int LargestSize = 1024 * 1024;

    private volatile byte[]? _attachment;
    private volatile bool _isNew;

    /// <summary>The instance that all connections of this process share.</summary>
    public static RecentAttachment Shared { get; } = new RecentAttachment().AgedByCollections();

    /// <summary>The kept array, or null.</summary>
    public byte[]? Attachment => _attachment;

    public void Keep(byte[] attachment)
    {
        if (attachment.Length is >= LeastSize and <= LargestSize)
        {
            (_attachment, _isNew) = (attachment, true);
        }
    }

    /// <summary>Ages the kept array. The second call after its arrival releases it.</summary>
    public void Age()
    {
        if (!_isNew)
        {
            _attachment = null;
        }

        _isNew = false;
    }

    /// <summary>Releases the kept array.</summary>
    public void Forget() => _attachment = null;

    /// <summary>Has every collection of old objects call <see cref="Age"/>, for the life of the process.</summary>
    public RecentAttachment AgedByCollections()
    {
        _ = new Collection(this);
        return this;
    }

    /// <summary>An unreferenced object whose finalizer runs after each collection.</summary>
    private sealed class Collection(RecentAttachment recent)
    {
        ~Collection()
        {
            recent.Age();
            GC.ReRegisterForFinalize(this);
        }
    }
}
