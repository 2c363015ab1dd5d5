using System.Net.Sockets;
using DaemonRpc.Platform;

namespace DaemonRpc.Transport;

/// <summary>A connected Unix socket, used with blocking calls only: an asynchronous one costs three times the latency.</summary>
internal sealed class SocketChannel(Socket socket) : IByteChannel
{
    public PeerCredentials Peer { get; } = PeerCredentials.Of(socket);

    public TimeSpan ReceiveLimit
    {
        // The socket takes zero for infinite, but a deadline that has passed leaves zero too, and must not mean the opposite.
        set => socket.ReceiveTimeout = value == Timeout.InfiniteTimeSpan ? 0 : (int)Math.Clamp(value.TotalMilliseconds, 1, int.MaxValue);
    }

    public int Receive(Span<byte> buffer)
    {
        try
        {
            return socket.Receive(buffer);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            throw new TimeoutException("Nothing was received in time.", exception);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.Shutdown or SocketError.OperationAborted)
        {
            return 0;
        }
        catch (SocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    public unsafe int TrySend(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            while (true)
            {
                // Through the C interface, because .NET's sockets offer no send that does not wait, short of making the
                // whole socket, reads too, non-blocking.
                nint sent = LibC.Send((int)socket.Handle, first, bytes.Length, Constants.SendWithoutWaiting);
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
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[socket.Send(bytes)..];
            }
        }
        catch (SocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    public void Shutdown()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The other end, or the reader that met its end, was faster: what this is for has happened.
        }
    }

    public void Dispose() => socket.Dispose();
}
