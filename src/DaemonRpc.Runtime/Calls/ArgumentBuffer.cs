using System.Buffers;
using DaemonRpc.Framing;

namespace DaemonRpc.Calls;

/// <summary>The arguments of a call, with room in front for a frame's headers, so that large arguments are sent without a copy.</summary>
internal sealed class ArgumentBuffer : IBufferWriter<byte>, ICarriesAttachment
{
    // Enough for the frame's and the request's headers with a chain of several calls.
    private const int Room = 128;
    private const int InitialSize = 256;

    // A larger buffer is sent without a copy, and not kept for the next call.
    private const int KeptSize = 16 * 1024;

    private byte[] _bytes = new byte[InitialSize];
    private int _end = Room;
    private int _isInFrame;
    private byte[]? _attachment;

    /// <summary>The arguments' length with the attachment. May exceed what a frame can hold.</summary>
    public long Length => (long)_end - Room + (_attachment?.Length ?? 0);

    /// <summary>The arguments without the attachment, whose array stays the caller's.</summary>
    public ReadOnlySpan<byte> Arguments => _bytes.AsSpan(Room, _end - Room);

    /// <summary>Creates a frame whose payload ends with the arguments. The caller must write the request's header before them.</summary>
    /// <param name="headerSize">The request header's size in bytes.</param>
    /// <param name="length">How many bytes of the arguments the frame gets; without the attachment.</param>
    public FrameBuffer ToFrame(int headerSize, int length)
    {
        FrameBuffer frame = ToFrameWithoutAttachment(headerSize, length);
        if (_attachment is not null)
        {
            _ = frame.TryAttach(_attachment);
        }

        return frame;
    }

    private FrameBuffer ToFrameWithoutAttachment(int headerSize, int length)
    {
        int start = Room - FrameHeader.Size - headerSize;

        // At most once per buffer, because the frame's header must not change while it is being sent. The arguments never change.
        if (_bytes.Length > KeptSize && start >= FrameBuffer.Front && Interlocked.Exchange(ref _isInFrame, 1) == 0)
        {
            return FrameBuffer.Around(_bytes, start, Room + length);
        }

        FrameBuffer frame = FrameBuffer.Rent();
        Arguments[..length].CopyTo(frame.GetSpan(headerSize + length)[headerSize..]);
        frame.Advance(headerSize + length);
        return frame;
    }

    /// <summary>Clears the arguments. Frames created from them stay valid.</summary>
    public void Clear()
    {
        if (_bytes.Length > KeptSize)
        {
            _bytes = new byte[InitialSize];
            _isInFrame = 0;
        }

        _end = Room;
        _attachment = null;
    }

    public bool TryAttach(byte[] attachment)
    {
        bool isFirst = _attachment is null;
        _attachment ??= attachment;
        return isFirst;
    }

    public void Advance(int count) => _end += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsSpan(_end);
    }

    private void Grow(int sizeHint)
    {
        long needed = (long)_end + Math.Max(sizeHint, 1);
        if (needed > _bytes.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(FrameLimits.Grow(_bytes.Length, needed));
            _bytes.AsSpan(0, _end).CopyTo(larger);
            _bytes = larger;
        }
    }
}
