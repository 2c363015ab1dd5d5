using System.Buffers.Binary;
using DaemonRpc.Transport;

namespace DaemonRpc.Framing;

/// <summary>Cuts the bytes of a channel into frames. Used by one thread at a time.</summary>
/// <param name="channel">Where they come from.</param>
/// <param name="recent">Keeps the attachments; null for the one of this process.</param>
/// <param name="clock">Tells a read that does not wait how long it has gone on.</param>
internal sealed class FrameReader(IByteChannel channel, RecentAttachment? recent = null, TimeProvider? clock = null)
{
    private const int InitialSize = ReadBuffers.Size;

    // What a frame announces is believed only as far as it has come: the buffer grows with the bytes, at most doubling.
    private const int LargestBlindGrowth = 1024 * 1024;

    // How long a read that does not wait goes on with what comes piece by piece: the rest of a large frame is another thread's.
    private static readonly TimeSpan s_longestRead = TimeSpan.FromMilliseconds(1);

    // How much of what follows a attachment comes along with its last bytes: enough for a header, and little enough to copy.
    private const int AheadSize = 1024;

    // A frame has to fit one array, whatever limit was set.
    private static readonly int s_largestPayload = Array.MaxLength - FrameHeader.Size;

    /// <summary>Beyond this a buffer is given back once its frame has been handled.</summary>
    public const int KeptSize = 64 * 1024;

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private bool _waits;
    private long _since;
    private byte[]? _attachment;

    // Of a frame whose payload has come.
    private FrameHeader _begun;
    private ArrivingAttachment _arriving;

    /// <summary>The largest payload accepted from now on, in bytes.</summary>
    public int Limit { get; set; } = FrameLimits.BeforeHello;

    /// <summary>By when all that is read must have come, however slowly it trickles; null for no limit.</summary>
    public Deadline? Until
    {
        get;
        set
        {
            field = value;
            channel.ReceiveLimit = value?.Left ?? Timeout.InfiniteTimeSpan;
        }
    }

    /// <summary>The payload of the frame that was read last.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>Whether <see cref="TryRead"/> gave up because nothing came for the channel's silence limit, or at once if it was not to wait, and not because it ended.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>Whether something that follows the frame that was read last has come already.</summary>
    public bool HasMore => _end > _start;

    /// <summary>Leaves that payload to whoever still uses it, while another thread reads on.</summary>
    public void LeavePayload() => MoveTo(new byte[Math.Max(InitialSize, _end - _start)]);

    /// <summary>That payload, to keep: the reader goes on with another buffer.</summary>
    public ReadOnlyMemory<byte> TakePayload()
    {
        ReadOnlyMemory<byte> payload = Payload;
        Payload = default;
        LeavePayload();
        return payload;
    }

    /// <summary>The attachment of that frame, once, or null.</summary>
    public byte[]? TakeAttachment()
    {
        byte[]? attachment = _attachment;
        _attachment = null;
        return attachment;
    }

    /// <summary>Keeps no memory until more bytes come. For a reader that is silent, as it has read all that came, or has ended.</summary>
    public void Rest()
    {
        ReadBuffers.Return(_buffer);
        (_buffer, _start, _end) = ([], 0, 0);
    }

    /// <summary>Waits for a whole frame. False when the channel ended between two frames, or is silent there.</summary>
    /// <remarks>What has come of a frame is kept: the next call goes on where one that did not wait has left off, whichever thread makes it.</remarks>
    /// <param name="header">What the frame is.</param>
    /// <param name="payload">Its bytes, valid until the next call: also <see cref="Payload"/>.</param>
    /// <param name="waits">
    /// False to return false, being silent, wherever bytes are not there or just about to come (<see cref="IByteChannel.TryReceive"/>),
    /// and also after a millisecond, be they there or not.
    /// </param>
    /// <exception cref="DaemonProtocolException">The frame is larger than <see cref="Limit"/>.</exception>
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
            int limit = Math.Min(Limit, s_largestPayload);
            if (header.PayloadLength - (header.HasAttachment ? FrameHeader.AttachmentLengthSize : 0) > limit)
            {
                throw new DaemonProtocolException($"A {header.Kind} frame announces {header.PayloadLength} bytes; at most {limit} are accepted here.");
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

    /// <summary>Reads the payload, and of the attachment what came with it. False when silent before.</summary>
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
            throw new DaemonProtocolException($"A {header.Kind} frame of {header.PayloadLength} bytes announces a attachment of {length}.");
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
            // So that there is room for what follows the attachment.
            _start = _end = afterPayload;
        }

        return true;
    }

    /// <summary>Reads the rest of the attachment. False when silent before the last byte.</summary>
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
                    // A frame that has begun is waited for, however silent it is.
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
            // Anew for each piece: a peer that sends a byte now and then gets no more time than one that is silent.
            channel.ReceiveLimit = until.Left;
        }

        return isMore ? channel.ReceiveMore(bytes, ahead) : channel.Receive(bytes);
    }

    /// <summary>Makes sure that so many unread bytes are in the buffer. False when the channel ended, or is silent, before the first; or before the last, when not to wait.</summary>
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

                // A frame that has begun is waited for.
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

        // One that grows is filled before it grows again, or what has come would be copied for each piece that comes.
        bool isGrowing = _start == 0 && _buffer.Length >= LargestBlindGrowth && _end < _buffer.Length;
        if (_start + count <= _buffer.Length || isGrowing)
        {
            return;
        }

        int wanted = Math.Max(InitialSize, (int)Math.Min(count, Math.Max(LargestBlindGrowth, (_end - _start) * 2L)));
        MoveTo(wanted <= _buffer.Length ? _buffer : wanted == InitialSize ? ReadBuffers.Rent() : GC.AllocateUninitializedArray<byte>(wanted));
    }

    private void MoveTo(byte[] buffer)
    {
        int unread = _end - _start;
        _buffer.AsSpan(_start, unread).CopyTo(buffer);
        (_buffer, _start, _end) = (buffer, 0, unread);
    }
}
