using System.Buffers.Binary;
using DaemonRpc.Transport;

namespace DaemonRpc.Framing;

/// <summary>Splits the bytes of a channel into frames. Used by one thread at a time.</summary>
/// <param name="channel">The source of the bytes.</param>
/// <param name="recent">Keeps the latest attachment; null for the process's shared instance.</param>
/// <param name="clock">Measures how long a non-blocking read has lasted.</param>
internal sealed class FrameReader(IByteChannel channel, RecentAttachment? recent = null, TimeProvider? clock = null)
{
    private const int InitialSize = 4 * 1024;

    // The announced length may be false, so the buffer grows only with the bytes that arrive, at most doubling.
    private const int LargestBlindGrowth = 1024 * 1024;

    // How long a non-blocking read continues while bytes arrive piece by piece. Another thread reads the rest of a large frame.
    private static readonly TimeSpan s_longestRead = TimeSpan.FromMilliseconds(1);

    // How many bytes after an attachment are received along with its last bytes: enough for a header, and cheap to copy.
    private const int AheadSize = 1024;

    // A frame must fit in one array, whatever size limit is set.
    private static readonly int s_largestPayload = Array.MaxLength - FrameHeader.Size;

    /// <summary>A buffer larger than this is released once its frame has been handled.</summary>
    public const int KeptSize = 64 * 1024;

    // Buffers of the initial size, for reuse: many connections send a frame or two and are then silent for long.
    private static readonly Pool<byte[]> s_buffers = new(16);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private bool _waits;
    private long _since;
    private byte[]? _attachment;

    // The header of a frame whose payload has arrived.
    private FrameHeader _begun;
    private ArrivingAttachment _arriving;

    /// <summary>The largest payload accepted from now on, in bytes.</summary>
    public int MaxPayloadBytes { get; set; } = FrameLimits.BeforeHello;

    /// <summary>How much larger a frame of items may be, in bytes: the largest item may come with others.</summary>
    public int BatchRoom { get; set; }

    /// <summary>The deadline for everything that is read, however slowly it arrives; null for none.</summary>
    public Deadline? Until
    {
        get;
        set
        {
            field = value;
            channel.ReceiveTimeout = value?.Left ?? Timeout.InfiniteTimeSpan;
        }
    }

    /// <summary>The payload of the last frame.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>
    /// Whether <see cref="TryRead"/> returned false because no bytes came, not because the channel ended: none came
    /// within the silence timeout or, for a non-blocking read, at once.
    /// </summary>
    public bool IsSilent { get; private set; }

    /// <summary>Whether bytes after the last frame have already arrived.</summary>
    public bool HasMore => _end > _start;

    /// <summary>Leaves the buffer with the last frame's payload to its user. The reader continues, on any thread, with a new buffer.</summary>
    public void LeavePayload() => MoveTo(new byte[Math.Max(InitialSize, _end - _start)]);

    /// <summary>Removes and returns the last frame's payload. The reader continues with another buffer.</summary>
    public ReadOnlyMemory<byte> TakePayload()
    {
        ReadOnlyMemory<byte> payload = Payload;
        Payload = default;
        LeavePayload();
        return payload;
    }

    /// <summary>Removes and returns the last frame's attachment, or null.</summary>
    public byte[]? TakeAttachment()
    {
        byte[]? attachment = _attachment;
        _attachment = null;
        return attachment;
    }

    /// <summary>Releases the buffer until more bytes come. Only for a reader whose received bytes have all been read, or that has ended.</summary>
    public void Rest()
    {
        if (_buffer.Length == InitialSize)
        {
            s_buffers.Give(_buffer);
        }

        (_buffer, _start, _end) = ([], 0, 0);
    }

    /// <summary>Reads a whole frame. Returns false when the channel ended, or is silent, between two frames.</summary>
    /// <remarks>
    /// A partly received frame is kept: after a non-blocking call returned false, the next call continues, on any thread.
    /// </remarks>
    /// <param name="header">The frame's header.</param>
    /// <param name="payload">The frame's payload, valid until the next call. Also in <see cref="Payload"/>.</param>
    /// <param name="waits">
    /// Whether to block. If false, returns false, with <see cref="IsSilent"/> set, when bytes are missing that are not
    /// about to arrive (<see cref="IByteChannel.TryReceive"/>), and in any case after 1 ms.
    /// </param>
    /// <exception cref="DaemonProtocolException">The frame is larger than <see cref="MaxPayloadBytes"/>.</exception>
    /// <exception cref="EndOfStreamException">The channel ended inside a frame.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="TimeoutException"><see cref="Until"/> has passed.</exception>
    public bool TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload, bool waits = true)
    {
        header = default;
        payload = default;
        _waits = waits;
        _since = waits ? 0 : _clock.GetTimestamp();
        _attachment = null;
        IsSilent = false;
        if (!_arriving.IsMissed)
        {
            Payload = default;
            if (!Fill(FrameHeader.Size))
            {
                return false;
            }

            header = FrameHeader.Read(_buffer.AsSpan(_start));
            long most = Math.Min((long)MaxPayloadBytes + (header.Kind == FrameKind.AskedItems ? BatchRoom : 0), s_largestPayload);
            if (header.PayloadLength - (header.HasAttachment ? FrameHeader.AttachmentLengthSize : 0) > most)
            {
                throw new DaemonProtocolException($"A {header.Kind} frame announces {header.PayloadLength} bytes; at most {most} are accepted here.");
            }

            if (!header.HasAttachment)
            {
                int size = FrameHeader.Size + header.PayloadLength;
                if (!Fill(size))
                {
                    return false;
                }

                Payload = _buffer.AsMemory(_start + FrameHeader.Size, header.PayloadLength);
                payload = Payload.Span;
                _start += size;
                return true;
            }

            if (!BeginAttachment(header))
            {
                return false;
            }
        }

        if (!EndAttachment())
        {
            return false;
        }

        header = _begun;
        payload = Payload.Span;
        return true;
    }

    /// <summary>Reads the payload, and the part of the attachment that arrived with it. Returns false if the payload is incomplete and no bytes come.</summary>
    private bool BeginAttachment(FrameHeader header)
    {
        const int Start = FrameHeader.Size + FrameHeader.AttachmentLengthSize;
        int rest = header.PayloadLength - FrameHeader.AttachmentLengthSize;
        if (rest >= 0 && !Fill(Start))
        {
            return false;
        }

        uint length = rest < 0 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start + FrameHeader.Size));
        if (length > rest)
        {
            throw new DaemonProtocolException($"A {header.Kind} frame of {header.PayloadLength} bytes announces an attachment of {length}.");
        }

        int size = Start + rest - (int)length;
        if (!Fill(size))
        {
            return false;
        }

        Payload = _buffer.AsMemory(_start + Start, size - Start);
        _start += size;
        _begun = header;
        _arriving = new ArrivingAttachment((int)length);
        int afterPayload = _start;
        while (_arriving.IsMissed && _end > _start)
        {
            int buffered = Math.Min(_end - _start, _arriving.Room.Length);
            _buffer.AsSpan(_start, buffered).CopyTo(_arriving.Room);
            _start += buffered;
            _arriving.Advance(buffered);
        }

        if (_start == _end)
        {
            // Make room for what follows the attachment.
            _start = _end = afterPayload;
        }

        return true;
    }

    /// <summary>Reads the rest of the attachment. Returns false if it is incomplete and no bytes come.</summary>
    private bool EndAttachment()
    {
        while (_arriving.IsMissed)
        {
            Span<byte> room = _arriving.Room;
            int ahead = _arriving.HasRoomForAll ? Math.Min(AheadSize, _buffer.Length - _end) : 0;
            int received = Receive(room, _buffer.AsSpan(_end, ahead), isMore: true);
            switch (received)
            {
                case 0:
                    throw new EndOfStreamException("The connection ended inside a frame.");
                case < 0 when _waits:
                    // Inside a frame the silence timeout does not apply: wait for the rest.
                    continue;
                case < 0:
                    IsSilent = true;
                    return false;
            }

            int ofAttachment = Math.Min(received, room.Length);
            _arriving.Advance(ofAttachment);
            _end += received - ofAttachment;
        }

        _attachment = _arriving.Take();
        (recent ?? RecentAttachment.Shared).Keep(_attachment);
        return true;
    }

    private int Receive(Span<byte> bytes, Span<byte> ahead, bool isMore = false)
    {
        if (!_waits)
        {
            return _clock.GetElapsedTime(_since) < s_longestRead ? channel.TryReceive(bytes, ahead) : -1;
        }

        if (Until is { } until)
        {
            // Set again for each piece, so that a peer that sends a byte now and then gets no more time than a silent one.
            channel.ReceiveTimeout = until.Left;
        }

        return isMore ? channel.ReceiveMore(bytes, ahead) : channel.Receive(bytes);
    }

    /// <summary>
    /// Fills the buffer with at least this many unread bytes. Returns false when the channel ends or is silent before
    /// the first byte, or, in a non-blocking read, before the last one.
    /// </summary>
    private bool Fill(int count)
    {
        while (_end - _start < count)
        {
            MakeRoom(count);
            int received = Receive(_buffer.AsSpan(_end), default);
            if (received < 0)
            {
                if (_end == _start || !_waits)
                {
                    IsSilent = true;
                    return false;
                }

                // Inside a frame the silence timeout does not apply: wait for the rest.
                continue;
            }

            if (received == 0)
            {
                return _end == _start && count == FrameHeader.Size
                    ? false
                    : throw new EndOfStreamException("The connection ended inside a frame.");
            }

            _end += received;
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        if (_buffer.Length > KeptSize && count <= InitialSize)
        {
            MoveTo(new byte[InitialSize]);
            return;
        }

        // A growing buffer is filled before it grows again; otherwise every received piece would cause a copy.
        bool isGrowing = _start == 0 && _buffer.Length >= LargestBlindGrowth && _end < _buffer.Length;
        if (_start + count <= _buffer.Length || isGrowing)
        {
            return;
        }

        int wanted = Math.Max(InitialSize, (int)Math.Min(count, Math.Max(LargestBlindGrowth, (_end - _start) * 2L)));
        MoveTo(wanted <= _buffer.Length ? _buffer : (wanted == InitialSize ? s_buffers.Take() : null) ?? GC.AllocateUninitializedArray<byte>(wanted));
    }

    private void MoveTo(byte[] buffer)
    {
        int unread = _end - _start;
        _buffer.AsSpan(_start, unread).CopyTo(buffer);
        (_buffer, _start, _end) = (buffer, 0, unread);
    }
}
