using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Framing;

/// <summary>A frame being written: room for the header, then the payload. Rented from a pool; the sender returns it.</summary>
internal sealed class FrameBuffer : IBufferWriter<byte>, ICarriesAttachment
{
    /// <summary>The number of bytes reserved before the header. A frame with an attachment begins there: the attachment's length follows its header.</summary>
    public const int Front = FrameHeader.AttachmentLengthSize;

    private const int InitialSize = 256;
    private const int KeptSize = 16 * 1024;

    private static readonly Pool<FrameBuffer> s_free = new(16);

    private byte[] _bytes;
    private int _start;
    private int _end;
    private byte[]? _attachment;
    private int _attachmentLength;
    private bool _isAttachmentRented;
    private bool _isRented;
    private SafeFileHandle[]? _descriptors;

    private FrameBuffer(byte[] bytes) => _bytes = bytes;

    /// <summary>The payload's length without the attachment.</summary>
    public int PayloadLength => _end - _start - FrameHeader.Size;

    /// <summary>The payload's length with the attachment. Size limits and credit count this length.</summary>
    public int WholeLength => PayloadLength + _attachmentLength;

    /// <summary>The number of bytes to send. Valid after <see cref="Finish"/>.</summary>
    public int Length => Frame.Length + _attachmentLength;

    /// <summary>The payload written so far.</summary>
    public Span<byte> Payload => _bytes.AsSpan(_start + FrameHeader.Size, PayloadLength);

    /// <summary>The frame without the attachment. Valid after <see cref="Finish"/>.</summary>
    public ReadOnlySpan<byte> Frame => _attachment is null ? _bytes.AsSpan(_start, _end - _start) : _bytes.AsSpan(_start - Front, _end - _start + Front);

    /// <summary>The attachment, which follows the frame. Usually empty.</summary>
    public ReadOnlySpan<byte> Attachment => _attachment.AsSpan(0, _attachmentLength);

    /// <summary>What travels with the frame's first byte, or null. The frame owns these copies.</summary>
    public SafeFileHandle[]? Descriptors
    {
        get => Volatile.Read(ref _descriptors);
        set => _descriptors = value;
    }

    public static FrameBuffer Rent()
    {
        FrameBuffer free = s_free.Take() ?? new FrameBuffer(new byte[InitialSize]);
        free._start = Front;
        free._end = Front + FrameHeader.Size;
        return free;
    }

    /// <summary>Wraps a payload that was written elsewhere, with room for the header in front of it. The frame owns the bytes until it is returned.</summary>
    /// <param name="bytes">The buffer with the payload.</param>
    /// <param name="start">Where the header is to begin; <see cref="Front"/> bytes before it are free.</param>
    /// <param name="end">Where the payload ends.</param>
    public static FrameBuffer Around(byte[] bytes, int start, int end) => new(bytes) { _start = start, _end = end };

    /// <summary>Returns the frame to the pool. It must not be used afterwards.</summary>
    public void Return()
    {
        DropAttachment();
        CloseDescriptors();
        if (_bytes.Length > KeptSize)
        {
            if (_isRented)
            {
                LargeBuffers.Return(_bytes);
            }

            // Drop the memory now: something may still refer to this object, such as the thread that sent it last.
            _bytes = [];
            return;
        }

        s_free.Give(this);
    }

    /// <summary>Closes the frame's copies of what it passes. A thread that is just sending them keeps them until it has.</summary>
    public void CloseDescriptors()
    {
        if (_descriptors is not null && Interlocked.Exchange(ref _descriptors, null) is { } copies)
        {
            Array.ForEach(copies, static copy => copy.Dispose());
        }
    }

    /// <summary>Writes the header. Can be repeated when the same frame is sent again.</summary>
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

    /// <summary>Cuts the payload to this length and drops the attachment.</summary>
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

        (_attachment, _attachmentLength) = (attachment, attachment.Length);
        return true;
    }

    /// <summary>Copies the unsent part of the attachment, so that the user may change the array afterwards.</summary>
    /// <param name="sent">How many bytes of the whole frame have been sent.</param>
    public void OwnAttachment(int sent = 0)
    {
        int start = Math.Max(sent - Frame.Length, 0);
        if (_attachment is null || _isAttachmentRented || start == _attachmentLength)
        {
            return;
        }

        byte[] own = LargeBuffers.Rent(_attachmentLength);
        _attachment.AsSpan(start, _attachmentLength - start).CopyTo(own.AsSpan(start));
        (_attachment, _isAttachmentRented) = (own, true);
    }

    /// <summary>Returns the unsent bytes after the given number of sent ones, up to the end of the frame or of the attachment.</summary>
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

        (_attachment, _attachmentLength, _isAttachmentRented) = (null, 0, false);
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
