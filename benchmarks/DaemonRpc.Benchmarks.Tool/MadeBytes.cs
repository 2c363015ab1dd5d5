namespace DaemonRpc.Benchmarks.Tool;

/// <summary>A stream of so many bytes, which costs nothing to make: whoever reads gets what its buffer has.</summary>
internal sealed class MadeBytes(int count) : Stream
{
    private int _given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => count;

    public override long Position
    {
        get => _given;
        set => throw new NotSupportedException();
    }

    /// <summary>Reads a stream into one buffer, a piece at a time, as the bare program does.</summary>
    public static async Task<int> CountAsync(Stream source)
    {
        byte[] buffer = new byte[MeasuredClient.PieceSize];
        int count = 0;
        while (await source.ReadAsync(buffer) is var read and > 0)
        {
            count += read;
        }

        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override int Read(Span<byte> buffer)
    {
        int now = Math.Min(buffer.Length, count - _given);
        _given += now;
        return now;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
