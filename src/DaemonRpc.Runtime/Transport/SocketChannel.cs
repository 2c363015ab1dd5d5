using System.Net.Sockets;
using System.Runtime.InteropServices;
using DaemonRpc.Platform;

namespace DaemonRpc.Transport;

/// <summary>A connected Unix socket, used with blocking calls only: an asynchronous one costs three times the latency.</summary>
/// <remarks>
/// The calls are the C interface's. Once .NET's socket was non-blocking, as one is that a non-blocking listener accepted, its
/// blocking calls wait for an event that may come by way of the thread pool: a handler that blocks the pool would have its
/// daemon go deaf.
/// </remarks>
internal sealed unsafe class SocketChannel : IByteChannel
{
    private readonly Socket _socket;
    private int _receiveLimit = -1;

    public SocketChannel(Socket socket)
    {
        _socket = socket;
        Peer = PeerCredentials.Of(socket);
        int descriptor = (int)socket.Handle;
        int flags = LibC.FileControl(descriptor, Constants.GetFileFlags, 0);
        if (flags < 0 || LibC.FileControl(descriptor, Constants.SetFileFlags, flags & ~Constants.NonBlocking) < 0)
        {
            throw SystemError.Exception("make blocking", "a socket");
        }
    }

    public PeerCredentials Peer { get; }

    public TimeSpan ReceiveLimit
    {
        // A deadline that has passed leaves zero, which is as short as can be.
        set => _receiveLimit = value == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Clamp(value.TotalMilliseconds, 1, int.MaxValue);
    }

    /// <summary>The kernel's to keep: that costs a third of a microsecond whenever somebody waits, and no system call.</summary>
    public TimeSpan SilenceLimit
    {
        set
        {
            try
            {
                _socket.ReceiveTimeout = (int)value.TotalMilliseconds;
            }
            catch (SocketException)
            {
                // On macOS it cannot be set once the other end has left: then there is no silence either.
            }
        }
    }

    public SafeHandle Handle => _socket.SafeHandle;

    public int Receive(Span<byte> buffer)
    {
        bool isHeld = false;
        try
        {
            _socket.SafeHandle.DangerousAddRef(ref isHeld);
            int descriptor = (int)_socket.SafeHandle.DangerousGetHandle();
            if (_receiveLimit >= 0 && !IsReady(descriptor, Constants.Readable, _receiveLimit))
            {
                throw new TimeoutException("Nothing was received in time.");
            }

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
                    if (error == Constants.WouldBlock)
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
        finally
        {
            if (isHeld)
            {
                _socket.SafeHandle.DangerousRelease();
            }
        }
    }

    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            while (true)
            {
                // Through the C interface, because .NET's sockets offer no send that does not wait, short of making the
                // whole socket, reads too, non-blocking.
                nint sent = LibC.Send((int)_socket.Handle, first, bytes.Length, Constants.SendWithoutWaiting);
                if (sent >= 0)
                {
                    return (int)sent;
                }

                int error = SystemError.Last;
                if (error == Constants.WouldBlock)
                {
                    return 0;
                }

                if (error != Constants.Interrupted)
                {
                    throw SystemError.Exception("send to", "the other end", error);
                }
            }
        }
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        bool isHeld = false;
        try
        {
            // Held, as the reader may meet the end and close it while this waits.
            _socket.SafeHandle.DangerousAddRef(ref isHeld);
            int descriptor = (int)_socket.SafeHandle.DangerousGetHandle();
            while (true)
            {
                bytes = bytes[TrySend(bytes)..];
                if (bytes.IsEmpty)
                {
                    return;
                }

                _ = IsReady(descriptor, Constants.Writable, -1);
            }
        }
        finally
        {
            if (isHeld)
            {
                _socket.SafeHandle.DangerousRelease();
            }
        }
    }

    public void Shutdown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The other end, or the reader that met its end, was faster: what this is for has happened.
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Waits until the socket can do it without waiting, or has ended. False when the limit passed first.</summary>
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
