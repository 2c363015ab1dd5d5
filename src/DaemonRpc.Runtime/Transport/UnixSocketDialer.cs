using DaemonRpc.Platform;

namespace DaemonRpc.Transport;

/// <summary>What came of dialing a socket.</summary>
internal enum DialResult
{
    /// <summary>Connected.</summary>
    Connected,

    /// <summary>Nobody listens: no such path, or a path left over. Says nothing about whether a daemon lives.</summary>
    NobodyListens,

    /// <summary>Somebody listens but did not accept in time.</summary>
    Full,
}

/// <summary>Connects to a daemon's socket.</summary>
internal static class UnixSocketDialer
{
    /// <summary>Dials once, waiting at most the limit for room in the backlog.</summary>
    /// <exception cref="DaemonAccessException">The socket is not ours to use, or another user's process answers.</exception>
    /// <exception cref="DaemonException">This process may not open a socket more.</exception>
    public static DialResult TryDial(string path, TimeSpan limit, out SocketChannel? channel)
    {
        SocketPath.Check(path);
        UnixSocket socket = UnixSocket.TryOpen()
            ?? throw new DaemonException($"The socket '{path}' could not be dialed: {SystemError.Reason(SystemError.Last)}. Close what this process has open, or raise its limit (ulimit -n).");
        channel = null;
        try
        {
            int error = Connect(socket, path, limit);
            if (error != 0)
            {
                socket.Dispose();
                return ResultOf(error, path);
            }

            channel = new SocketChannel(socket);
        }
        catch (IOException)
        {
            // It has left again before it could be asked who it is; macOS then refuses to change any option, too.
            socket.Dispose();
            return DialResult.NobodyListens;
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        if (!channel.Peer.IsThisUser)
        {
            int user = channel.Peer.UserId;
            channel.Dispose();
            string whom = UserNamespace.IsAmbiguous(user) ? $"user {user}, which in this user namespace may be anybody" : $"user {user}, not to you";
            throw new DaemonAccessException($"The process that listens at '{path}' belongs to {whom}. Nothing was sent to it.");
        }

        return DialResult.Connected;
    }

    private static int Connect(UnixSocket socket, string path, TimeSpan limit)
    {
        if (limit == Timeout.InfiniteTimeSpan)
        {
            return socket.Connect(path);
        }

        // On Linux this limits a blocking connect to a full backlog.
        socket.SendTimeout = TimeSpan.FromMilliseconds(Math.Clamp(limit.TotalMilliseconds, 1, int.MaxValue));
        int error = socket.Connect(path);
        if (error == 0)
        {
            socket.SendTimeout = TimeSpan.Zero;
        }

        return error;
    }

    private static DialResult ResultOf(int error, string path)
    {
        if (error is Constants.AccessDenied or Constants.NotPermitted)
        {
            throw new DaemonAccessException($"The socket '{path}' may not be used by you: {SystemError.Reason(error)}.");
        }

        return error == Constants.WouldBlock || error == Constants.TimedOut || error == Constants.InProgress
            ? DialResult.Full
            : DialResult.NobodyListens;
    }
}
