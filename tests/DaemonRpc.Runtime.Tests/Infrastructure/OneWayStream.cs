namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A stream that is read or written, and cannot be positioned. Each read returns little, as a network's may.</summary>
/// <param name="bytes">What is read; null for a stream that is written.</param>
/// <param name="most">How many bytes a read returns, in turn.</param>
internal sealed class OneWayStream(byte[]? bytes, IReadOnlyList<int> most) : Stream
{
    private readonly MemoryStream _written = new();
    private int _reads;
    private int _at;

    /// <summary>What was written.</summary>
    public byte[] Written => _written.ToArray();

    /// <summary>How often it was flushed after the last write.</summary>
    public int Flushes { get; private set; }

    public override bool CanRead => bytes is not null;

    public override bool CanWrite => bytes is null;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_reads % 3 == 0)
        {
            await Task.Yield();
        }

        int count = Math.Min(Math.Min(most[_reads++ % most.Count], buffer.Length), bytes!.Length - _at);
        bytes.AsMemory(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Flushes = 0;
        _written.Write(buffer.Span);
        return default;
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Flushes++;
        return Task.CompletedTask;
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
