using System.Net.Sockets;
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
        Socket socket = Open(path);

        // On Linux this limits a blocking connect to a full backlog.
        socket.SendTimeout = limit == Timeout.InfiniteTimeSpan ? 0 : Math.Max(1, (int)Math.Min(limit.TotalMilliseconds, int.MaxValue));
        channel = null;
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            socket.SendTimeout = 0;
            channel = new SocketChannel(socket);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            return exception.SocketErrorCode switch
            {
                SocketError.WouldBlock or SocketError.TimedOut or SocketError.InProgress => DialResult.Full,
                SocketError.AccessDenied => throw new DaemonAccessException($"The socket '{path}' may not be used by you: {exception.Message}.", exception),
                _ => DialResult.NobodyListens,
            };
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

    private static Socket Open(string path)
    {
        try
        {
            return new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        }
        catch (SocketException exception)
        {
            throw new DaemonException($"The socket '{path}' could not be dialed: {exception.Message}. Close what this process has open, or raise its limit (ulimit -n).", exception);
        }
    }
}
