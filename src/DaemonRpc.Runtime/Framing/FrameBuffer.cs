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

    private byte[] _bytes;
    private int _start;
    private int _end;

    private FrameBuffer(byte[] bytes) => _bytes = bytes;

    public int PayloadLength => _end - _start - FrameHeader.Size;

    /// <summary>The payload as far as it is written.</summary>
    public Span<byte> Payload => _bytes.AsSpan(_start + FrameHeader.Size, PayloadLength);

    /// <summary>The whole frame, after <see cref="Finish"/>.</summary>
    public ReadOnlySpan<byte> Frame => _bytes.AsSpan(_start, _end - _start);

    public static FrameBuffer Rent()
    {
        FrameBuffer? free;
        lock (s_gate)
        {
            _ = s_free.TryPop(out free);
        }

        free ??= new FrameBuffer(new byte[InitialSize]);
        free._start = 0;
        free._end = FrameHeader.Size;
        return free;
    }

    /// <summary>A frame whose payload was written elsewhere, with room for the header in front of it. The bytes are the frame's until it is returned.</summary>
    /// <param name="bytes">What holds it.</param>
    /// <param name="start">Where the header is to begin.</param>
    /// <param name="end">Where the payload ends.</param>
    public static FrameBuffer Around(byte[] bytes, int start, int end) => new(bytes) { _start = start, _end = end };

    /// <summary>Gives it back. It must not be touched afterwards.</summary>
    public void Return()
    {
        if (_bytes.Length > KeptSize)
        {
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
        new FrameHeader(kind, callId, PayloadLength).Write(_bytes.AsSpan(_start));
        return this;
    }

    /// <summary>Forgets the payload from there on.</summary>
    public void Truncate(int payloadLength) => _end = _start + FrameHeader.Size + payloadLength;

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
        int needed = checked(_end + Math.Max(sizeHint, 1));
        if (needed > _bytes.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(Math.Max((long)needed, _bytes.Length * 2L), Array.MaxLength));
            _bytes.AsSpan(0, _end).CopyTo(larger);
            _bytes = larger;
        }
    }
}
