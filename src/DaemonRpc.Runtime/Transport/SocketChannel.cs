using System.Diagnostics;
using System.Runtime.InteropServices;
using DaemonRpc.Platform;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Transport;

/// <summary>A connected Unix socket, used only with blocking calls: asynchronous ones take three times as long.</summary>
/// <remarks>
/// Calls the C interface directly. The calls of .NET's sockets may wait for an event that arrives through the thread
/// pool, so a handler that blocks the pool would make its daemon deaf.
/// </remarks>
internal sealed unsafe class SocketChannel : IByteChannel
{
    private const int SoonNanoseconds = 100_000;

    // How long a receiver stays awake before it sleeps. If it slept at once, Linux would wake it on the sender's processor, where it
    // waits for the sender to finish although another processor may be idle. A stream of large items then takes a third longer.
    private static readonly TimeSpan s_awake = TimeSpan.FromMicroseconds(20);

    private readonly UnixSocket _socket;
    private int _receiveTimeout = -1;
    private int _silenceTimeout = -1;

    public SocketChannel(UnixSocket socket)
    {
        _socket = socket;
        Peer = PeerCredentials.Of(socket);
        socket.Blocking = true;
    }

    public PeerCredentials Peer { get; }

    public TimeSpan ReceiveTimeout
    {
        // A passed deadline gives zero, which means the shortest possible wait.
        set => _receiveTimeout = Milliseconds(value);
    }

    public TimeSpan SilenceTimeout
    {
        set => _silenceTimeout = Milliseconds(value);
    }

    public SafeHandle Handle => _socket;

    public int Receive(Span<byte> buffer)
    {
        using UnixSocket.Held held = _socket.Hold();
        int descriptor = _socket.Descriptor;
        if (_receiveTimeout >= 0 && !IsReady(descriptor, Constants.Readable, _receiveTimeout))
        {
            throw new TimeoutException("Nothing was received in time.");
        }

        // Waits in poll, not in the receiving call: Linux would also wake that one whenever the peer takes sent bytes, once
        // per call, which costs more. Nor by the socket's own timeout, which the kernel rounds up to its clock ticks.
        if (!IsReady(descriptor, Constants.Readable, _silenceTimeout))
        {
            return -1;
        }

        return Descriptors is null ? Receive(descriptor, buffer) : Receive(descriptor, buffer, default, 0);
    }

    public ReceivedDescriptors? Descriptors { get; private set; }

    public void AcceptDescriptors() => Descriptors ??= new ReceivedDescriptors();

    public int ReceiveMore(Span<byte> buffer, Span<byte> ahead)
    {
        if (_receiveTimeout >= 0)
        {
            return Receive(buffer);
        }

        using UnixSocket.Held held = _socket.Hold();
        return Receive(_socket.Descriptor, buffer, ahead, 0);
    }

    public int TryReceive(Span<byte> buffer, Span<byte> ahead)
    {
        using UnixSocket.Held held = _socket.Hold();
        int descriptor = _socket.Descriptor;
        long begun = 0;
        do
        {
            int received = Receive(descriptor, buffer, ahead, Constants.ReceiveWithoutWaiting);
            if (received >= 0)
            {
                return received;
            }

            begun = begun == 0 ? Stopwatch.GetTimestamp() : begun;

            // The sender may need this processor.
            _ = Thread.Yield();
        }
        while (Stopwatch.GetElapsedTime(begun) < s_awake);
        return IsReadySoon(descriptor) ? Receive(descriptor, buffer, ahead, Constants.ReceiveWithoutWaiting) : -1;
    }

    /// <summary>Receives into two buffers with one call. Returns -1 when nothing is there and the flags forbid blocking.</summary>
    private int Receive(int descriptor, Span<byte> first, Span<byte> second, int flags)
    {
        nint* control = stackalloc nint[DescriptorControl.BufferSize / sizeof(nint)];
        fixed (byte* firstBytes = first, secondBytes = second)
        {
            LibC.Piece* pieces = stackalloc LibC.Piece[2];
            pieces[0] = new LibC.Piece { Bytes = firstBytes, Length = first.Length };
            pieces[1] = new LibC.Piece { Bytes = secondBytes, Length = second.Length };
            var message = new LibC.Message { Pieces = pieces, PieceCount = 2 };
            while (true)
            {
                if (Descriptors is not null)
                {
                    (message.Control, message.ControlLength) = ((nint)control, DescriptorControl.BufferSize);
                }

                nint received = LibC.ReceivePieces(descriptor, &message, flags | Constants.ReceiveCloseOnExec);
                if (received >= 0)
                {
                    if (Descriptors is not null)
                    {
                        Keep(Descriptors, &message);
                    }

                    return (int)received;
                }

                int error = SystemError.Last;
                if (error == Constants.WouldBlock && flags != 0)
                {
                    return -1;
                }

                if (error != Constants.Interrupted)
                {
                    throw SystemError.Exception("receive from", "the other end", error);
                }
            }
        }
    }

    private static void Keep(ReceivedDescriptors descriptors, LibC.Message* message)
    {
        SafeFileHandle[] handles = DescriptorControl.Read(message, out bool isCut);
        if (!isCut && !Array.Exists(handles, DescriptorRoom.IsReserved))
        {
            descriptors.Add(handles);
        }
        else
        {
            Array.ForEach(handles, static handle => handle.Dispose());
            throw new DaemonProtocolException(
                $"Descriptors that came were lost: more than {DescriptorControl.Most} at once, or more than process {Environment.ProcessId} can spare (ulimit -n, RLIMIT_NOFILE).");
        }
    }

    private static int Receive(int descriptor, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            while (true)
            {
                nint received = LibC.Receive(descriptor, first, buffer.Length, 0);
                if (received >= 0)
                {
                    return (int)received;
                }

                int error = SystemError.Last;
                if (error != Constants.Interrupted)
                {
                    throw SystemError.Exception("receive from", "the other end", error);
                }
            }
        }
    }

    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        using UnixSocket.Held held = _socket.Hold();
        return TrySend(_socket.Descriptor, bytes);
    }

    /// <summary>Sends both buffers with one call, so that the peer is woken once, and not first by the few bytes of the first buffer.</summary>
    public int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => TrySend(first, second, default, 0);

    public int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, SafeFileHandle[] descriptors)
    {
        Span<int> numbers = stackalloc int[descriptors.Length];
        int held = 0;
        try
        {
            for (; held < descriptors.Length; held++)
            {
                bool isHeld = false;
                descriptors[held].DangerousAddRef(ref isHeld);
                numbers[held] = (int)descriptors[held].DangerousGetHandle();
            }

            nint* control = stackalloc nint[DescriptorControl.BufferSize / sizeof(nint)];
            return TrySend(first, second, control, DescriptorControl.Write((byte*)control, numbers));
        }
        finally
        {
            foreach (SafeFileHandle descriptor in descriptors.AsSpan(0, held))
            {
                descriptor.DangerousRelease();
            }
        }
    }

    private int TrySend(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, void* control, int controlLength)
    {
        using UnixSocket.Held held = _socket.Hold();
        fixed (byte* firstBytes = first, secondBytes = second)
        {
            LibC.Piece* pieces = stackalloc LibC.Piece[2];
            pieces[0] = new LibC.Piece { Bytes = firstBytes, Length = first.Length };
            pieces[1] = new LibC.Piece { Bytes = secondBytes, Length = second.Length };
            var message = new LibC.Message { Pieces = pieces, PieceCount = 2, Control = (nint)control, ControlLength = controlLength };
            while (true)
            {
                nint sent = LibC.SendPieces(_socket.Descriptor, &message, Constants.SendWithoutWaiting);
                if (sent >= 0)
                {
                    return (int)sent;
                }

                if (!MustRepeat())
                {
                    return 0;
                }
            }
        }
    }

    public bool WaitForRoom(TimeSpan timeout)
    {
        using UnixSocket.Held held = _socket.Hold();
        return IsReady(_socket.Descriptor, Constants.Writable, (int)timeout.TotalMilliseconds);
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        using UnixSocket.Held held = _socket.Hold();
        int descriptor = _socket.Descriptor;
        while (true)
        {
            bytes = bytes[TrySend(descriptor, bytes)..];
            if (bytes.IsEmpty)
            {
                return;
            }

            _ = IsReady(descriptor, Constants.Writable, -1);
        }
    }

    public void Shutdown() => _socket.Shutdown();

    /// <summary>Shuts the socket down, which wakes blocked calls, then closes it. Its number stays taken until the last call has returned.</summary>
    public void Dispose()
    {
        _socket.Shutdown();
        _socket.Dispose();
        Descriptors?.Dispose();
    }

    private static int Milliseconds(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Clamp(timeout.TotalMilliseconds, 1, int.MaxValue);

    private static int TrySend(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            while (true)
            {
                nint sent = LibC.Send(descriptor, first, bytes.Length, Constants.SendWithoutWaiting);
                if (sent >= 0)
                {
                    return (int)sent;
                }

                if (!MustRepeat())
                {
                    return 0;
                }
            }
        }
    }

    /// <summary>Returns whether a failed send must be repeated; false when there is no room.</summary>
    private static bool MustRepeat()
    {
        int error = SystemError.Last;
        if (error == Constants.TooManyReferences)
        {
            throw new DaemonException(
                $"This process, {Environment.ProcessId}, could not pass a file or stream: too many descriptors of this user are on their way between processes (ulimit -n, RLIMIT_NOFILE).");
        }

        return error == Constants.Interrupted
            || (error == Constants.WouldBlock ? false : throw SystemError.Exception("send to", "the other end", error));
    }

    /// <summary>Waits for bytes about as long as a sender takes to wake up. Returns false at once on systems without such short waits.</summary>
    private static bool IsReadySoon(int descriptor)
    {
        if (OperatingSystem.IsMacOS())
        {
            return false;
        }

        var polled = new LibC.Polled { Descriptor = descriptor, Wanted = Constants.Readable };
        var timeout = new LibC.Time { Nanoseconds = SoonNanoseconds };

        // An interrupted wait counts as too late.
        return LibC.PollFinely(&polled, 1, &timeout, null) > 0;
    }

    /// <summary>Waits until the socket is ready or has ended. Returns false if the timeout passes first.</summary>
    private static bool IsReady(int descriptor, short wanted, int milliseconds)
    {
        var polled = new LibC.Polled { Descriptor = descriptor, Wanted = wanted };
        int happened;
        do
        {
            happened = LibC.Poll(&polled, 1, milliseconds);
        }
        while (happened < 0 && SystemError.Last == Constants.Interrupted);
        return happened != 0;
    }
}
