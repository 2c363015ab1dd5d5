using DaemonRpc.Framing;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Session;

/// <summary>A call, a watch or a control message that awaits its answer.</summary>
/// <remarks>
/// The thread that reads the connection calls the methods one at a time; they must not run user code on it. Exactly one
/// of <see cref="OnEnd"/>, <see cref="OnLargeEnd"/> and <see cref="OnClosed"/> is called, once, as the last call.
/// </remarks>
internal abstract class PendingCall
{
    private volatile bool _whollyWritten;

    /// <summary>The id, assigned before the first byte is sent.</summary>
    public uint Id { get; set; }

    /// <summary>
    /// Whether the peer may have received the whole request. Set before the last byte goes out, or before the sender
    /// can look. If false, the call certainly did not run.
    /// </summary>
    public bool WhollyWritten => _whollyWritten;

    /// <summary>
    /// Whether the daemon has said that the call waits in the queue, and not yet that it begins; if so, it certainly
    /// did not run. Set by the reader; read it after the call has ended.
    /// </summary>
    public bool IsQueued { get; set; }

    /// <summary>The attachment of the answer that is about to be delivered. Set by the reader.</summary>
    public byte[]? Attachment { private get; set; }

    /// <summary>Removes and returns the answer's attachment, or null.</summary>
    protected byte[]? TakeAttachment()
    {
        byte[]? attachment = Attachment;
        Attachment = null;
        return attachment;
    }

    /// <summary>Whether the call has received parts that its consumer has not taken yet.</summary>
    public virtual bool HasParts => false;

    public void MarkWritten() => _whollyWritten = true;

    /// <summary>Resets this object to an unsent call. Only when nothing refers to it any more.</summary>
    protected void Renew()
    {
        Id = 0;
        IsQueued = false;
        _whollyWritten = false;
        Attachment = null;
    }

    /// <summary>Receives an answer that is not the last: an item or a status.</summary>
    public abstract void OnPart(FrameKind kind, ReadOnlySpan<byte> payload);

    /// <summary>Receives the descriptor of the stream that the method returned. Takes it over.</summary>
    /// <param name="traits">What the stream is.</param>
    /// <param name="handle">The descriptor.</param>
    public virtual void OnOpened(byte traits, SafeFileHandle handle)
    {
        handle.Dispose();
        throw new DaemonProtocolException("The daemon opened a stream for a call that returns none.");
    }

    /// <summary>Receives the last answer.</summary>
    public abstract void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload);

    /// <summary>Receives a large last answer in memory that becomes the call's, which avoids a copy.</summary>
    public virtual void OnLargeEnd(FrameKind kind, ReadOnlyMemory<byte> payload) => OnEnd(kind, payload.Span);

    /// <summary>Learns that no answer will come.</summary>
    public abstract void OnClosed(SessionEnd end);
}
