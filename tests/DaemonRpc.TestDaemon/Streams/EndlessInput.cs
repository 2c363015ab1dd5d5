namespace DaemonRpc.TestDaemon.Streams;

/// <summary>A stream that gives bytes as fast as they are taken, and says once that it was asked again.</summary>
internal sealed class EndlessInput : Stream
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

    public override int Read(byte[] buffer, int offset, int count)
    {
        // More than a socket holds: the daemon has taken some.
        if (_given < 10_000_000 && _given + count >= 10_000_000)
        {
            Console.WriteLine("asked");
        }

        _given += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
