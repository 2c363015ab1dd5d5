using DaemonRpc.Platform;

namespace DaemonRpc.Transport;

/// <summary>The socket that a daemon is found by.</summary>
/// <remarks>
/// Bound to a temporary name, closed to everybody else, and then renamed: so the path never names a socket that does not
/// listen yet or that others may use.
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

    // Accepted, but not let in, for want of descriptors. Whoever takes it out has it.
    private UnixSocket? _waiting;

    private UnixSocketListener(UnixSocket socket, string path, FileIdentity? identity)
    {
        _socket = socket;
        _path = path;
        _identity = identity;
        _wakeUp = SocketPair.Create(out int wokenUp);
        _wokenUp = new UnixSocket(wokenUp);

        // Who waited for a client may find that it has left.
        _socket.Blocking = false;
    }

    /// <summary>For handing over in place. It stays this object's to close.</summary>
    public int Descriptor => _socket.Descriptor;

    /// <summary>Which file it was published as.</summary>
    public (ulong Device, ulong Inode) PublishedFile => _identity is { } identity ? (identity.Device, identity.Inode) : default;

    /// <summary>Goes on with the socket that the program before had, in the same process: nobody in its backlog was refused.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="path">Where it was published.</param>
    /// <param name="file">As which file. If the path names another by now, it is not published.</param>
    public static UnixSocketListener Adopt(int descriptor, string path, (ulong Device, ulong Inode) file)
    {
        var socket = new UnixSocket(descriptor);

        // Clients are told by the kernel who has called this, so that it must be us, though we have the number of the one before.
        socket.Listen(Backlog);
        FileIdentity? atPath = FileIdentity.OfPath(path);
        return new UnixSocketListener(socket, path, atPath is { } identity && (identity.Device, identity.Inode) == file ? identity : null);
    }

    /// <summary>Binds and publishes. The caller holds the instance lock: whatever is at the path is debris.</summary>
    public static UnixSocketListener Publish(string path, Action? bound = null)
    {
        string temporary = path + "~";
        SocketPath.Check(temporary);
        _ = LibC.Unlink(temporary);
        UnixSocket socket = UnixSocket.TryOpen() ?? throw SystemError.Exception("make the socket", path);
        try
        {
            // On Linux the mode of the socket's inode is the mode that its file is born with.
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

    /// <summary>Waits for a client of this user. Null when the listener was closed.</summary>
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

    /// <summary>Waits until there is somebody to let in. False when the listener was closed.</summary>
    public unsafe bool Wait()
    {
        try
        {
            // Held, so that the numbers do not come to mean other files while the kernel looks at them.
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
            // Closed before it could be held.
        }

        return !_closed.IsSet;
    }

    /// <summary>Lets in whoever waits, if it is a process of this user. Null when nobody does, or it was somebody else.</summary>
    public SocketChannel? TryAccept()
    {
        if ((Interlocked.Exchange(ref _waiting, null) ?? AcceptNext()) is not { } accepted)
        {
            return null;
        }

        if (DescriptorRoom.IsScarce(accepted))
        {
            // It has its turn as soon as there is room; those behind it wait in the backlog.
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
            // The client left before it could be asked who it is, or the kernel does not know.
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
            // The system is out of something, mostly descriptors. The client stays in the backlog, and it is its turn when
            // another has left.
            _ = _closed.Wait(s_shortagePause);
        }

        return null;
    }

    /// <summary>Removes the published name, unless it is no longer ours.</summary>
    public void Unpublish()
    {
        if (IsPublished)
        {
            _ = LibC.Unlink(_path);
        }
    }

    /// <summary>Wakes who waits, and refuses everybody who is still in the backlog.</summary>
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
