using System.Text;

namespace DaemonRpc.Platform;

/// <summary>What the kernel says of a socket that another program made. Linux only.</summary>
/// <param name="IsLocal">Whether it is a Unix socket.</param>
/// <param name="IsStream">Whether it is a stream socket.</param>
/// <param name="IsListening">Whether it accepts connections.</param>
/// <param name="Path">The path to which it is bound; empty if it is bound to none.</param>
/// <param name="ListenerUserId">The user who made it listen, whom clients take for the daemon's user.</param>
internal sealed unsafe record SocketTraits(bool IsLocal, bool IsStream, bool IsListening, string Path, int ListenerUserId)
{
    private const int SocketLevel = 1;
    private const int Type = 3;
    private const int PeerCredentials = 17;
    private const int AcceptsConnections = 30;
    private const int Domain = 39;

    // struct sockaddr_un: the family and the path, which may end with a zero or fill its 108 bytes.
    private const int PathOffset = 2;
    private const int LongestPath = 108;

    /// <summary>Asks the kernel. Returns null if the descriptor is not open, or no socket.</summary>
    public static SocketTraits? Of(int descriptor)
    {
        int* value = stackalloc int[3];
        if (!TryGet(descriptor, Domain, value, 1))
        {
            return null;
        }

        bool isLocal = *value == Constants.LocalSocket;
        bool isStream = TryGet(descriptor, Type, value, 1) && *value == Constants.StreamSocket;
        bool isListening = TryGet(descriptor, AcceptsConnections, value, 1) && *value != 0;

        // struct ucred { int32 pid; uint32 uid; uint32 gid; }
        int user = TryGet(descriptor, PeerCredentials, value, 3) ? value[1] : -1;
        return new SocketTraits(isLocal, isStream, isListening, isLocal ? PathOf(descriptor) : "", user);
    }

    private static bool TryGet(int descriptor, int option, int* value, int count)
    {
        uint length = (uint)(count * sizeof(int));
        return LibC.GetSocketOption(descriptor, SocketLevel, option, value, &length) == 0;
    }

    private static string PathOf(int descriptor)
    {
        byte* address = stackalloc byte[PathOffset + LongestPath];
        uint length = PathOffset + LongestPath;
        if (LibC.GetSocketName(descriptor, address, &length) != 0 || length <= PathOffset)
        {
            return "";
        }

        var path = new ReadOnlySpan<byte>(address + PathOffset, (int)Math.Min(length - PathOffset, LongestPath));
        int end = path.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? path : path[..end]);
    }
}
