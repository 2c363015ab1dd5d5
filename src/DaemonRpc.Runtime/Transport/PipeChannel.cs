using System.Buffers;
using System.IO.Pipelines;
using DaemonRpc.Platform;

namespace DaemonRpc.Transport;

/// <summary>A byte channel over one end of an in-memory pair.</summary>
internal sealed class PipeChannel(IDuplexPipe pipe) : IByteChannel
{
    private readonly Lock _writing = new();
    private int _shutDown;

    // The only kind of channel on Windows, where users have no numeric ids.
    public PeerCredentials Peer { get; } = new(Environment.ProcessId, OperatingSystem.IsWindows() ? 0 : (int)LibC.EffectiveUserId());

    /// <summary>Ignored: both ends are in this process.</summary>
    public TimeSpan ReceiveTimeout
    {
        set => _ = value;
    }

    public int Receive(Span<byte> buffer)
    {
        while (Volatile.Read(ref _shutDown) == 0)
        {
            // Blocking is fine here: the reader has its own thread, as with a socket.
            ReadResult result = pipe.Input.ReadAsync().AsTask().GetAwaiter().GetResult();
            int count = Take(result, buffer);
            if (count > 0)
            {
                return count;
            }

            if (result.IsCompleted)
            {
                return 0;
            }
        }

        return 0;
    }

    public int TryReceive(Span<byte> buffer, Span<byte> ahead)
    {
        if (!pipe.Input.TryRead(out ReadResult result))
        {
            return -1;
        }

        int count = Take(result, buffer);
        return count > 0 || result.IsCompleted || Volatile.Read(ref _shutDown) != 0 ? count : -1;
    }

    /// <summary>Sends all bytes: the pair has no size limit, so writing never blocks.</summary>
    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            if (Volatile.Read(ref _shutDown) != 0)
            {
                throw new IOException("The connection is closed.");
            }

            pipe.Output.Write(bytes);
            FlushResult result = pipe.Output.FlushAsync().AsTask().GetAwaiter().GetResult();
            return result.IsCompleted ? throw new IOException("The other end has closed the connection.") : bytes.Length;
        }
    }

    public void Send(ReadOnlySpan<byte> bytes) => TrySend(bytes);

    public void Shutdown()
    {
        if (Interlocked.Exchange(ref _shutDown, 1) == 0)
        {
            lock (_writing)
            {
                pipe.Output.Complete();
            }

            pipe.Input.CancelPendingRead();
        }
    }

    /// <summary>Closes the channel. Called after the reader has left; the other end's writes fail from now on.</summary>
    public void Dispose()
    {
        Shutdown();
        pipe.Input.Complete();
    }

    private int Take(ReadResult result, Span<byte> buffer)
    {
        int count = (int)Math.Min(result.Buffer.Length, buffer.Length);
        ReadOnlySequence<byte> taken = result.Buffer.Slice(0, count);
        taken.CopyTo(buffer);
        pipe.Input.AdvanceTo(taken.End);
        return count;
    }
}
