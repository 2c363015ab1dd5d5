using DaemonRpc.Platform;

namespace DaemonRpc.Transport;

/// <summary>The socket at which clients find a daemon.</summary>
/// <remarks>
/// The socket is bound to a temporary name, made private to its user, and then renamed. So the path never names a socket
/// that does not listen yet or that other users may use.
/// </remarks>
internal sealed class UnixSocketListener : IDisposable
{
    private const int Backlog = 4096;

    private static readonly TimeSpan s_shortagePause = TimeSpan.FromMilliseconds(100);

    private readonly ManualResetEventSlim _closed = new();
    private readonly UnixSocket _socket;
    private readonly UnixSocket _wakeUp;
    private readonly UnixSocket _wokenUp;
    private readonly string _path;
    private readonly FileIdentity? _identity;
    private readonly bool _isLent;

    // A connection that was accepted but is not served yet, because too few descriptors are left. Removing it transfers ownership.
    private UnixSocket? _waiting;

    private UnixSocketListener(UnixSocket socket, string path, FileIdentity? identity, bool isLent = false)
    {
        _isLent = isLent;
        _socket = socket;
        _path = path;
        _identity = identity;
        _wakeUp = SocketPair.Create(out int wokenUp);
        _wokenUp = new UnixSocket(wokenUp);

        // Non-blocking: a client may leave between poll and accept.
        _socket.Blocking = false;
    }

    /// <summary>The descriptor, for handing over in place. This object still closes it.</summary>
    public int Descriptor => _socket.Descriptor;

    /// <summary>The file under which the socket is published.</summary>
    public (ulong Device, ulong Inode) PublishedFile => _identity is { } identity ? (identity.Device, identity.Inode) : default;

    /// <summary>Continues to listen at a socket of the previous program in this process, or of a service manager. Clients in its backlog are not refused.</summary>
    /// <param name="inherited">The socket. If the path names another file by now, the socket counts as unpublished.</param>
    /// <param name="path">The path at which it was published.</param>
    public static UnixSocketListener Adopt(InheritedSocket inherited, string path)
    {
        var socket = new UnixSocket(inherited.Descriptor);

        // Call listen again: the kernel tells clients which process called it last.
        socket.Listen(Backlog);
        FileIdentity? atPath = FileIdentity.OfPath(path);
        return new UnixSocketListener(socket, path, atPath is { } identity && (identity.Device, identity.Inode) == inherited.File ? identity : null, inherited.IsLent);
    }

    /// <summary>Binds and publishes a socket. The caller holds the instance lock, so anything at the path is a leftover.</summary>
    public static UnixSocketListener Publish(string path, Action? bound = null)
    {
        string temporary = path + "~";
        SocketPath.Check(temporary);
        _ = LibC.Unlink(temporary);
        UnixSocket socket = UnixSocket.TryOpen() ?? throw SystemError.Exception("make the socket", path);
        try
        {
            // On Linux the socket's mode becomes the mode of its file.
            _ = LibC.ChangeMode(socket.Descriptor, 0x180 /* 0600 */);
            int error = socket.Bind(temporary);
            if (error != 0)
            {
                throw SystemError.Exception("make the socket", temporary, error);
            }

            File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(Backlog);
            FileIdentity? identity = FileIdentity.OfPath(temporary);
            bound?.Invoke();
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

    /// <summary>Waits for a client of this user. Returns null when the listener was closed.</summary>
    public SocketChannel? Accept()
    {
        while (Wait())
        {
            if (TryAccept() is { } channel)
            {
                return channel;
            }
        }

        return null;
    }

    /// <summary>Waits until a client can be accepted. Returns false when the listener was closed.</summary>
    public unsafe bool Wait()
    {
        try
        {
            // Held, so that the descriptors' numbers are not reused for other files during the poll.
            using UnixSocket.Held socket = _socket.Hold();
            using UnixSocket.Held wokenUp = _wokenUp.Hold();
            LibC.Polled* polled = stackalloc LibC.Polled[2];
            polled[0] = new LibC.Polled { Descriptor = _socket.Descriptor, Wanted = Constants.Readable };
            polled[1] = new LibC.Polled { Descriptor = _wokenUp.Descriptor, Wanted = Constants.Readable };
            while (!_closed.IsSet && _waiting is null && (LibC.Poll(polled, 2, -1) <= 0 || polled[0].Happened == 0))
            {
            }
        }
        catch (ObjectDisposedException)
        {
            // The listener was closed before its sockets could be held.
        }

        return !_closed.IsSet;
    }

    /// <summary>Accepts the next client if it is a process of this user. Returns null when no client waits, or when the next one is another user's.</summary>
    public SocketChannel? TryAccept()
    {
        if ((Interlocked.Exchange(ref _waiting, null) ?? AcceptNext()) is not { } accepted)
        {
            return null;
        }

        if (DescriptorRoom.IsScarce(accepted))
        {
            // The client is served as soon as descriptors are free; later clients wait in the backlog.
            _waiting = accepted;
            if (_closed.Wait(s_shortagePause))
            {
                Interlocked.Exchange(ref _waiting, null)?.Dispose();
            }

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
        catch (Exception exception) when (exception is IOException or DaemonAccessException)
        {
            // The client left before its credentials could be read, or the kernel does not know them.
            accepted.Dispose();
        }

        return null;
    }

    private UnixSocket? AcceptNext()
    {
        try
        {
            using UnixSocket.Held held = _socket.Hold();
            if (_socket.TryAccept() is { } accepted)
            {
                return accepted;
            }
        }
        catch (ObjectDisposedException)
        {
            return null;
        }

        int error = SystemError.Last;
        if (error != Constants.WouldBlock && error != Constants.Interrupted && error != Constants.ConnectionAborted && error != Constants.ConnectionReset)
        {
            // The system is out of some resource, usually descriptors. The client stays in the backlog until another one has left.
            _ = _closed.Wait(s_shortagePause);
        }

        return null;
    }

    /// <summary>Removes the published file, unless the path names another file by now, or the socket is a service manager's.</summary>
    public void Unpublish()
    {
        if (!_isLent && IsPublished)
        {
            _ = LibC.Unlink(_path);
        }
    }

    /// <summary>Wakes waiting threads and refuses the clients that are still in the backlog.</summary>
    public void Dispose()
    {
        Unpublish();
        _closed.Set();
        _wakeUp.Dispose();
        _socket.Dispose();
        _wokenUp.Dispose();
        Interlocked.Exchange(ref _waiting, null)?.Dispose();
    }
}
