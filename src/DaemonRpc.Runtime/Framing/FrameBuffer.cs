using System.Buffers;

namespace DaemonRpc.Framing;

/// <summary>A frame being written: room for the header, then the payload. Rented, and returned by whoever sent it.</summary>
internal sealed class FrameBuffer : IBufferWriter<byte>
{
    private const int InitialSize = 256;
    private const int KeptSize = 16 * 1024;
    private const int MostKept = 16;

    private static readonly Lock s_gate = new();
    private static readonly Stack<FrameBuffer> s_free = [];

    private byte[] _bytes = new byte[InitialSize];
    private int _length;

    private FrameBuffer()
    {
    }

    public int PayloadLength => _length - FrameHeader.Size;

    /// <summary>The payload as far as it is written.</summary>
    public Span<byte> Payload => _bytes.AsSpan(FrameHeader.Size, PayloadLength);

    /// <summary>The whole frame, after <see cref="Finish"/>.</summary>
    public ReadOnlySpan<byte> Frame => _bytes.AsSpan(0, _length);

    public static FrameBuffer Rent()
    {
        FrameBuffer? free;
        lock (s_gate)
        {
            _ = s_free.TryPop(out free);
        }

        free ??= new FrameBuffer();
        free._length = FrameHeader.Size;
        return free;
    }

    /// <summary>Gives it back. It must not be touched afterwards.</summary>
    public void Return()
    {
        if (_bytes.Length > KeptSize)
        {
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
        new FrameHeader(kind, callId, PayloadLength).Write(_bytes);
        return this;
    }

    /// <summary>Forgets the payload from there on.</summary>
    public void Truncate(int payloadLength) => _length = FrameHeader.Size + payloadLength;

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsSpan(_length);
    }

    private void Grow(int sizeHint)
    {
        int needed = checked(_length + Math.Max(sizeHint, 1));
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max((long)needed, _bytes.Length * 2L), Array.MaxLength));
        }
    }
}
