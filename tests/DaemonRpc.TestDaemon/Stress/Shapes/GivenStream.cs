namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>A stream of bytes that is read or written in one direction, reads little at a time as a network does, and may fail.</summary>
/// <param name="bytes">What it has to read; null for one that is written.</param>
/// <param name="random">Of how much each read returns.</param>
/// <param name="failsAt">After how many bytes it fails, or null.</param>
/// <param name="failure">With what.</param>
/// <param name="complain">Called with what should not be.</param>
internal sealed class GivenStream(byte[]? bytes, Random random, int? failsAt, Exception failure, Action<string> complain) : Stream
{
    private readonly Use _use = new(complain, bytes is null ? "A destination" : "A source");
    private readonly MemoryStream _written = new();
    private int _read;

    /// <summary>What was written to it.</summary>
    public byte[] Written => _written.ToArray();

    /// <summary>Whether somebody who reads or writes it all meets the failure.</summary>
    public bool Fails => failsAt is not null;

    public override bool CanRead => bytes is not null;

    public override bool CanWrite => bytes is null;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The call has ended. A read may still wait, a write may not.</summary>
    public Task OverAsync() => _use.OverAsync(mustRest: bytes is null);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _use.Begin();
        try
        {
            if (random.Next(4) == 0)
            {
                await Task.Yield();
            }

            int count = Math.Min(random.Next(1, 20_000), Math.Min(buffer.Length, (failsAt ?? bytes!.Length) - _read));
            if (count == 0 && failsAt is not null)
            {
                throw failure;
            }

            bytes.AsMemory(_read, count).CopyTo(buffer);
            _read += count;
            return count;
        }
        finally
        {
            _use.End();
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _use.Begin();
        try
        {
            if (random.Next(4) == 0)
            {
                await Task.Yield();
            }

            if (failsAt < _written.Length + buffer.Length)
            {
                throw failure;
            }

            _written.Write(buffer.Span);
        }
        finally
        {
            _use.End();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        _use.Begin();
        _use.End();
        return Task.CompletedTask;
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
