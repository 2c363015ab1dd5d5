using DaemonRpc.Framing;

namespace DaemonRpc.Session;

/// <summary>A call, a watch or a control message that awaits its answer.</summary>
/// <remarks>
/// The methods are called by whoever reads the session's connection, one at a time, and must not run user code there.
/// Exactly one of <see cref="OnEnd"/>, <see cref="OnLargeEnd"/> and <see cref="OnClosed"/> is called, once, and nothing after it.
/// </remarks>
internal abstract class PendingCall
{
    private volatile bool _whollyWritten;

    /// <summary>Set before the first byte is sent.</summary>
    public uint Id { get; set; }

    /// <summary>Whether the other end can have all of the request: set before its last byte goes out, or before who sent it can look. If not it certainly did not run.</summary>
    public bool WhollyWritten => _whollyWritten;

    /// <summary>Whether the daemon said that the call waits in the queue, and not yet that it begins: so far it certainly did not run. Set by whoever reads, to be read when the call has ended.</summary>
    public bool IsQueued { get; set; }

    /// <summary>The attachment of the answer that it is about to be told. Set by whoever reads.</summary>
    public byte[]? Attachment { private get; set; }

    /// <summary>That attachment, once, or null.</summary>
    protected byte[]? TakeAttachment()
    {
        byte[]? attachment = Attachment;
        Attachment = null;
        return attachment;
    }

    /// <summary>Whether it has been told of something that nobody has taken yet.</summary>
    public virtual bool HasParts => false;

    public void MarkWritten() => _whollyWritten = true;

    /// <summary>Makes it a call that was not sent yet, when nothing refers to it any more.</summary>
    protected void Renew()
    {
        Id = 0;
        IsQueued = false;
        _whollyWritten = false;
        Attachment = null;
    }

    /// <summary>An answer that is not the last: an item, a status.</summary>
    public abstract void OnPart(FrameKind kind, ReadOnlySpan<byte> payload);

    /// <summary>The last answer.</summary>
    public abstract void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload);

    /// <summary>The last answer, in memory that is the call's from now on, as it is too large to be copied for nothing.</summary>
    public virtual void OnLargeEnd(FrameKind kind, ReadOnlyMemory<byte> payload) => OnEnd(kind, payload.Span);

    /// <summary>No answer will come.</summary>
    public abstract void OnClosed(SessionEnd end);
}
