using System.Buffers;
using System.Buffers.Binary;

namespace DaemonRpc.Framing;

/// <summary>A frame being written: room for the header, then the payload. Rented, and returned by whoever sent it.</summary>
internal sealed class FrameBuffer : IBufferWriter<byte>, ICarriesAttachment
{
    /// <summary>How much room there is in front of a header, for what a attachment adds to it.</summary>
    public const int Front = FrameHeader.AttachmentLengthSize;

    private const int InitialSize = 256;
    private const int KeptSize = 16 * 1024;
    private const int MostKept = 16;

    private static readonly Lock s_gate = new();
    private static readonly Stack<FrameBuffer> s_free = [];

    private byte[] _bytes;
    private int _start;
    private int _end;
    private byte[]? _attachment;
    private int _tailLength;
    private bool _isAttachmentRented;
    private bool _isRented;

    private FrameBuffer(byte[] bytes) => _bytes = bytes;

    /// <summary>Without the attachment.</summary>
    public int PayloadLength => _end - _start - FrameHeader.Size;

    /// <summary>With the attachment. What limits and credit count.</summary>
    public int WholeLength => PayloadLength + _tailLength;

    /// <summary>How many bytes are to be sent, after <see cref="Finish"/>.</summary>
    public int Length => Frame.Length + _tailLength;

    /// <summary>The payload as far as it is written.</summary>
    public Span<byte> Payload => _bytes.AsSpan(_start + FrameHeader.Size, PayloadLength);

    /// <summary>The whole frame, but for the attachment, after <see cref="Finish"/>.</summary>
    public ReadOnlySpan<byte> Frame => _attachment is null ? _bytes.AsSpan(_start, _end - _start) : _bytes.AsSpan(_start - Front, _end - _start + Front);

    /// <summary>What follows it. Empty for nearly every frame.</summary>
    public ReadOnlySpan<byte> Attachment => _attachment.AsSpan(0, _tailLength);

    public static FrameBuffer Rent()
    {
        FrameBuffer? free;
        lock (s_gate)
        {
            _ = s_free.TryPop(out free);
        }

        free ??= new FrameBuffer(new byte[InitialSize]);
        free._start = Front;
        free._end = Front + FrameHeader.Size;
        return free;
    }

    /// <summary>A frame whose payload was written elsewhere, with room for the header in front of it. The bytes are the frame's until it is returned.</summary>
    /// <param name="bytes">What holds it.</param>
    /// <param name="start">Where the header is to begin, with <see cref="Front"/> bytes before it.</param>
    /// <param name="end">Where the payload ends.</param>
    public static FrameBuffer Around(byte[] bytes, int start, int end) => new(bytes) { _start = start, _end = end };

    /// <summary>Gives it back. It must not be touched afterwards.</summary>
    public void Return()
    {
        DropAttachment();
        if (_bytes.Length > KeptSize)
        {
            if (_isRented)
            {
                LargeBuffers.Return(_bytes);
            }

            // Whoever still refers to it, as a thread that sent it may until it sends something else, does not keep the memory.
            _bytes = [];
            return;
        }

        lock (s_gate)
        {
            if (s_free.Count < MostKept)
            {
                s_free.Push(this);
            }
        }
    }

    /// <summary>Writes the header. May be repeated, when the same frame is sent again.</summary>
    public FrameBuffer Finish(FrameKind kind, uint callId)
    {
        var header = new FrameHeader(kind, callId, WholeLength + (_attachment is null ? 0 : FrameHeader.AttachmentLengthSize)) { HasAttachment = _attachment is not null };
        if (header.HasAttachment)
        {
            header.Write(_bytes.AsSpan(_start - Front));
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_start - Front + FrameHeader.Size), Attachment.Length);
        }
        else
        {
            header.Write(_bytes.AsSpan(_start));
        }

        return this;
    }

    /// <summary>Forgets the payload from there on, and the attachment.</summary>
    public void Truncate(int payloadLength)
    {
        _end = _start + FrameHeader.Size + payloadLength;
        DropAttachment();
    }

    public bool TryAttach(byte[] attachment)
    {
        if (_attachment is not null)
        {
            return false;
        }

        (_attachment, _tailLength) = (attachment, attachment.Length);
        return true;
    }

    /// <summary>Makes the bytes of the attachment the frame's own: whose they were may change them from now on.</summary>
    /// <param name="sent">So many bytes of the whole frame have been sent.</param>
    public void OwnAttachment(int sent = 0)
    {
        int start = Math.Max(sent - Frame.Length, 0);
        if (_attachment is null || _isAttachmentRented || start == _tailLength)
        {
            return;
        }

        byte[] own = LargeBuffers.Rent(_tailLength);
        _attachment.AsSpan(start, _tailLength - start).CopyTo(own.AsSpan(start));
        (_attachment, _isAttachmentRented) = (own, true);
    }

    /// <summary>What follows so many bytes, as far as it is in one piece.</summary>
    public ReadOnlySpan<byte> From(int sent) => sent < Frame.Length ? Frame[sent..] : Attachment[(sent - Frame.Length)..];

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

    private void DropAttachment()
    {
        if (_isAttachmentRented)
        {
            LargeBuffers.Return(_attachment!);
        }

        (_attachment, _tailLength, _isAttachmentRented) = (null, 0, false);
    }

    private void Grow(int sizeHint)
    {
        long needed = (long)_end + Math.Max(sizeHint, 1);
        if (needed > _bytes.Length)
        {
            int size = FrameLimits.Grow(_bytes.Length, needed);
            byte[] larger = size > KeptSize ? LargeBuffers.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
            _bytes.AsSpan(0, _end).CopyTo(larger);
            if (_isRented)
            {
                LargeBuffers.Return(_bytes);
            }

            (_bytes, _isRented) = (larger, size > KeptSize);
        }
    }
}
