using System.Net.Sockets;
using DaemonRpc.Platform;

namespace DaemonRpc.Transport;

/// <summary>The socket that a daemon is found by.</summary>
/// <remarks>
/// Bound to a temporary name, closed to everybody else, and then renamed: so the path never names a socket that does not
/// listen yet or that others may use, and .NET, which on disposal removes the name it bound, removes nothing of a successor's.
/// </remarks>
internal sealed class UnixSocketListener : IDisposable
{
    private const int Backlog = 4096;

    private static readonly TimeSpan s_outOfDescriptorsPause = TimeSpan.FromMilliseconds(100);

    private readonly ManualResetEventSlim _closed = new();
    private readonly Socket _socket;
    private readonly string _path;
    private readonly FileIdentity? _identity;

    private UnixSocketListener(Socket socket, string path, FileIdentity? identity)
    {
        _socket = socket;
        _path = path;
        _identity = identity;
    }

    /// <summary>Binds and publishes. The caller holds the life lock: whatever is at the path is debris.</summary>
    public static UnixSocketListener Publish(string path)
    {
        string temporary = path + "~";
        SocketPath.Check(temporary);
        _ = LibC.Unlink(temporary);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // On Linux the mode of the socket's inode is the mode that its file is born with.
            _ = LibC.ChangeMode((int)socket.Handle, 0x180 /* 0600 */);
            socket.Bind(new UnixDomainSocketEndPoint(temporary));
            File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(Backlog);
            FileIdentity? identity = FileIdentity.OfPath(temporary);
            StartupPoint.Reach(StartupPoint.Bound);
            if (LibC.Rename(temporary, path) < 0)
            {
                throw SystemError.Exception("publish the socket", path);
            }

            return new UnixSocketListener(socket, path, identity);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether the path still names this socket.</summary>
    public bool IsPublished => _identity is not null && FileIdentity.OfPath(_path) == _identity;

    /// <summary>Waits for a client of this user. Null when the listener was closed.</summary>
    public SocketChannel? Accept()
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = _socket.Accept();
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                continue;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                // No descriptor is free. The client stays in the backlog; it is its turn when another has left.
                if (_closed.Wait(s_outOfDescriptorsPause))
                {
                    return null;
                }

                continue;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return null;
            }

            try
            {
                var channel = new SocketChannel(accepted);
                if (channel.Peer.IsThisUser)
                {
                    return channel;
                }

                channel.Dispose();
            }
            catch (SocketException)
            {
                // The client left before it could be asked who it is.
                accepted.Dispose();
            }
        }
    }

    /// <summary>Removes the published name, unless it is no longer ours.</summary>
    public void Unpublish()
    {
        if (IsPublished)
        {
            _ = LibC.Unlink(_path);
        }
    }

    /// <summary>Wakes <see cref="Accept"/> and refuses everybody who is still in the backlog.</summary>
    public void Dispose()
    {
        Unpublish();
        _closed.Set();
        _socket.Dispose();
    }
}
