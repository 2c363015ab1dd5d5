using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using DaemonRpc.Platform;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Transport;

/// <summary>A byte channel over one end of an in-memory pair.</summary>
/// <param name="pipe">This end.</param>
/// <param name="arriving">The descriptors that the other end has sent, each with the number of bytes that it had sent before.</param>
/// <param name="leaving">The descriptors that this end sends.</param>
internal sealed class PipeChannel(IDuplexPipe pipe, ConcurrentQueue<(long At, SafeFileHandle Handle)> arriving, ConcurrentQueue<(long At, SafeFileHandle Handle)> leaving)
    : IByteChannel
{
    private readonly Lock _writing = new();
    private long _sent;
    private long _received;
    private int _shutDown;

    // The only kind of channel on Windows, where users have no numeric ids.
    public PeerCredentials Peer { get; } = new(Environment.ProcessId, OperatingSystem.IsWindows() ? 0 : (int)LibC.EffectiveUserId());

    /// <summary>Ignored: both ends are in this process.</summary>
    public TimeSpan ReceiveTimeout
    {
        set => _ = value;
    }

    public ReceivedDescriptors? Descriptors { get; private set; }

    public void AcceptDescriptors() => Descriptors ??= new ReceivedDescriptors();

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
    public int TrySend(ReadOnlySpan<byte> bytes) => TrySend(bytes, default, []);

    public int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => TrySend(first, second, []);

    public int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, SafeFileHandle[] descriptors)
    {
        SafeFileHandle[] copies = descriptors.Length == 0 ? [] : Duplicate(descriptors);
        lock (_writing)
        {
            if (Volatile.Read(ref _shutDown) != 0)
            {
                Array.ForEach(copies, static copy => copy.Dispose());
                throw new IOException("The connection is closed.");
            }

            // Before the bytes, with whose first one they arrive.
            Array.ForEach(copies, copy => leaving.Enqueue((_sent, copy)));
            pipe.Output.Write(first);
            pipe.Output.Write(second);
            _sent += first.Length + second.Length;
            FlushResult result = pipe.Output.FlushAsync().AsTask().GetAwaiter().GetResult();
            return result.IsCompleted ? throw new IOException("The other end has closed the connection.") : first.Length + second.Length;
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
        Descriptors?.Dispose();
        while (arriving.TryDequeue(out (long At, SafeFileHandle Handle) unread))
        {
            unread.Handle.Dispose();
        }
    }

    private static SafeFileHandle[] Duplicate(SafeFileHandle[] descriptors)
    {
        List<SafeFileHandle> copies = [];
        try
        {
            copies.AddRange(descriptors.Select(DescriptorControl.Duplicate));
            return [.. copies];
        }
        catch (IOException exception)
        {
            copies.ForEach(static copy => copy.Dispose());
            throw new DaemonException($"This process, {Environment.ProcessId}, could not pass a file or stream: {exception.Message} The limit is ulimit -n, RLIMIT_NOFILE.", exception);
        }
    }

    private int Take(ReadResult result, Span<byte> buffer)
    {
        int count = (int)Math.Min(result.Buffer.Length, buffer.Length);
        ReadOnlySequence<byte> taken = result.Buffer.Slice(0, count);
        taken.CopyTo(buffer);
        pipe.Input.AdvanceTo(taken.End);
        _received += count;
        while (arriving.TryPeek(out (long At, SafeFileHandle Handle) first) && first.At < _received && arriving.TryDequeue(out first))
        {
            if (Descriptors is null)
            {
                first.Handle.Dispose();
            }
            else
            {
                Descriptors.Add([first.Handle]);
            }
        }

        return count;
    }
}
