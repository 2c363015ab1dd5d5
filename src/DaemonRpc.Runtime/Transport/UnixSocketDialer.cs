using DaemonRpc.Platform;

namespace DaemonRpc.Transport;

/// <summary>The result of dialing a socket.</summary>
internal enum DialResult
{
    /// <summary>The connection is established.</summary>
    Connected,

    /// <summary>Nobody listens: there is no socket at the path, or a leftover one. A daemon may still be alive.</summary>
    NobodyListens,

    /// <summary>A process listens but had no room in its backlog in time.</summary>
    Full,
}

/// <summary>Connects to a daemon's socket.</summary>
internal static class UnixSocketDialer
{
    /// <summary>Dials once, waiting up to the timeout for room in the backlog.</summary>
    /// <exception cref="DaemonAccessException">This user may not use the socket, or another user's process answers.</exception>
    /// <exception cref="DaemonException">This process may not open more sockets.</exception>
    public static DialResult TryDial(string path, TimeSpan timeout, out SocketChannel? channel)
    {
        SocketPath.Check(path);
        UnixSocket socket = UnixSocket.TryOpen()
            ?? throw new DaemonException($"The socket '{path}' could not be dialed: {SystemError.Reason(SystemError.Last)}. Close what this process has open, or raise its limit (ulimit -n).");
        channel = null;
        try
        {
            int error = Connect(socket, path, timeout);
            if (error != 0)
            {
                socket.Dispose();
                return ResultOf(error, path);
            }

            channel = new SocketChannel(socket);
        }
        catch (IOException)
        {
            // The peer left before its credentials could be read; macOS then also refuses to set options.
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

    private static int Connect(UnixSocket socket, string path, TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return socket.Connect(path);
        }

        // On Linux the send timeout also limits a connect that waits for a full backlog.
        socket.SendTimeout = TimeSpan.FromMilliseconds(Math.Clamp(timeout.TotalMilliseconds, 1, int.MaxValue));
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
