using System.Buffers.Binary;
using DaemonRpc.Transport;

namespace DaemonRpc.Framing;

/// <summary>Cuts the bytes of a channel into frames. Used by one thread.</summary>
/// <param name="channel">Where they come from.</param>
/// <param name="recent">Keeps the tails; null for the one of this process.</param>
internal sealed class FrameReader(IByteChannel channel, RecentTail? recent = null)
{
    private const int InitialSize = ReadBuffers.Size;

    // What a frame announces is believed only as far as it has come: the buffer grows with the bytes, at most doubling.
    private const int LargestBlindGrowth = 1024 * 1024;

    // A tail is the user's array from the beginning; as it cannot grow, it is made when so large a part of it has come.
    private const int BelievedTimes = 8;

    // A frame has to fit one array, whatever limit was set.
    private static readonly int s_largestPayload = Array.MaxLength - FrameHeader.Size;

    /// <summary>Beyond this a buffer is given back once its frame has been handled.</summary>
    public const int KeptSize = 64 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private byte[]? _tail;

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

    /// <summary>Whether <see cref="TryRead"/> gave up because nothing came for the channel's silence limit, and not because it ended.</summary>
    public bool IsSilent { get; private set; }

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

    /// <summary>The tail of that frame, once, or null.</summary>
    public byte[]? TakeTail()
    {
        byte[]? tail = _tail;
        _tail = null;
        return tail;
    }

    /// <summary>Keeps no memory until more bytes come. For a reader that is silent, as it has read all that came, or has ended.</summary>
    public void Rest()
    {
        ReadBuffers.Return(_buffer);
        (_buffer, _start, _end) = ([], 0, 0);
    }

    /// <summary>Waits for a whole frame. False when the channel ended between two frames, or is silent there.</summary>
    /// <param name="header">What the frame is.</param>
    /// <param name="payload">Its bytes, valid until the next call: also <see cref="Payload"/>.</param>
    /// <exception cref="DaemonProtocolException">The frame is larger than <see cref="Limit"/>.</exception>
    /// <exception cref="EndOfStreamException">The channel ended inside a frame.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="TimeoutException"><see cref="Until"/> has passed.</exception>
    public bool TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        Payload = default;
        _tail = null;
        IsSilent = false;
        if (!Fill(FrameHeader.Size))
        {
            return false;
        }

        header = FrameHeader.Read(_buffer.AsSpan(_start));
        int limit = Math.Min(Limit, s_largestPayload);
        if (header.PayloadLength - (header.HasTail ? FrameHeader.TailLengthSize : 0) > limit)
        {
            throw new DaemonProtocolException($"A {header.Kind} frame announces {header.PayloadLength} bytes; at most {limit} are accepted here.");
        }

        if (header.HasTail)
        {
            ReadWithTail(header);
            payload = Payload.Span;
            return true;
        }

        int size = FrameHeader.Size + header.PayloadLength;
        if (!Fill(size))
        {
            throw new EndOfStreamException("The connection ended inside a frame.");
        }

        Payload = _buffer.AsMemory(_start + FrameHeader.Size, header.PayloadLength);
        payload = Payload.Span;
        _start += size;
        return true;
    }

    private void ReadWithTail(FrameHeader header)
    {
        const int Start = FrameHeader.Size + FrameHeader.TailLengthSize;
        int rest = header.PayloadLength - FrameHeader.TailLengthSize;
        _ = rest < 0 || Fill(Start);
        uint length = rest < 0 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start + FrameHeader.Size));
        if (length > rest)
        {
            throw new DaemonProtocolException($"A {header.Kind} frame of {header.PayloadLength} bytes announces a tail of {length}.");
        }

        int size = Start + rest - (int)length;
        _ = Fill(size);
        Payload = _buffer.AsMemory(_start + Start, size - Start);
        _start += size;
        _tail = ReceiveTail((int)length);
    }

    private byte[] ReceiveTail(int length)
    {
        // As much as is to be seen before the whole is believed in, in pieces.
        List<byte[]>? pieces = null;
        int seen = 0;
        while (length > LargestBlindGrowth && seen < length / BelievedTimes)
        {
            byte[] piece = GC.AllocateUninitializedArray<byte>(LargestBlindGrowth);
            ReceiveWhole(piece);
            (pieces ??= []).Add(piece);
            seen += piece.Length;
        }

        byte[] tail = GC.AllocateUninitializedArray<byte>(length);
        for (int number = 0; number < pieces?.Count; number++)
        {
            pieces[number].CopyTo(tail, number * LargestBlindGrowth);
        }

        ReceiveWhole(tail.AsSpan(seen));
        (recent ?? RecentTail.Shared).Keep(tail);
        return tail;
    }

    private void ReceiveWhole(Span<byte> bytes)
    {
        int buffered = Math.Min(_end - _start, bytes.Length);
        _buffer.AsSpan(_start, buffered).CopyTo(bytes);
        _start += buffered;
        bytes = bytes[buffered..];
        while (!bytes.IsEmpty)
        {
            // A frame that has begun is waited for, however silent it is.
            int received = Receive(bytes, isMore: true);
            bytes = received == 0 ? throw new EndOfStreamException("The connection ended inside a frame.") : bytes[Math.Max(received, 0)..];
        }
    }

    private int Receive(Span<byte> bytes, bool isMore = false)
    {
        if (Until is { } until)
        {
            // Anew for each piece: a peer that sends a byte now and then gets no more time than one that is silent.
            channel.ReceiveLimit = until.Left;
        }

        return isMore ? channel.ReceiveMore(bytes) : channel.Receive(bytes);
    }

    /// <summary>Makes sure that so many unread bytes are in the buffer. False when the channel ended, or is silent, before the first.</summary>
    private bool Fill(int count)
    {
        while (_end - _start < count)
        {
            MakeRoom(count);
            int received = Receive(_buffer.AsSpan(_end));
            if (received < 0)
            {
                if (_end == _start)
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
