namespace DaemonRpc.Passing;

/// <summary>A stream that is read and written, and has one position: reading and writing each go on from where they were.</summary>
/// <remarks>A handler sees such a stream as a socket. Reading for it happens ahead, and must not move where it writes.</remarks>
/// <param name="stream">The caller's stream.</param>
internal sealed class TwoPositions(Stream stream)
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly long _start = stream.Position;
    private long? _written;
    private long _read = stream.Position;

    /// <summary>What the handler reads.</summary>
    public Stream Source => new Side(this, isSource: true);

    /// <summary>What the handler writes to.</summary>
    public Stream Destination => new Side(this, isSource: false);

    /// <summary>Leaves the stream's position after what was written, or else after what was read.</summary>
    public void End() => stream.Position = _written ?? _read;

    private async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            stream.Position = _read;
            int count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            _read += count;
            return count;
        }
        finally
        {
            _ = _turn.Release();
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            stream.Position = _written ?? _start;
            await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            _written = stream.Position;
        }
        finally
        {
            _ = _turn.Release();
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ = _turn.Release();
        }
    }

    private sealed class Side(TwoPositions both, bool isSource) : Stream
    {
        public override bool CanRead => isSource;

        public override bool CanWrite => !isSource;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => both.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => both.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => both.FlushAsync(cancellationToken);

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
