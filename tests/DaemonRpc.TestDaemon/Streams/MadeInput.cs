namespace DaemonRpc.TestDaemon.Streams;

/// <summary>A stream of bytes, each of which is its position's, and which ends in one of several ways.</summary>
/// <param name="count">The number of bytes.</param>
/// <param name="atEnd">What happens then: "" for an end, "fail" also when it is closed, "wait" until the read is cancelled, or "ignore" that it is.</param>
/// <param name="progress">Gets a report for each read.</param>
internal sealed class MadeInput(int count, string atEnd, IProgress<long>? progress) : Stream
{
    private long _given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _given;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int now = (int)Math.Min(buffer.Length, count - _given);
        if (now == 0)
        {
            switch (atEnd)
            {
                case "fail":
                    throw new IOException("The disk has gone.");

                case "wait":
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    break;

                case "ignore":
                    await Task.Delay(Timeout.Infinite, CancellationToken.None);
                    break;

                default:
                    break;
            }
        }

        for (int index = 0; index < now; index++)
        {
            buffer.Span[index] = (byte)_given++;
        }

        progress?.Report(_given);
        return now;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (atEnd == "fail")
        {
            throw new IOException("It cannot even be closed.");
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
