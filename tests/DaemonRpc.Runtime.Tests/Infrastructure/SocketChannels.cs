using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A pair of real sockets without a name.</summary>
internal static class SocketChannels
{
    public static (SocketChannel One, SocketChannel Other) Create()
    {
        UnixSocket one = SocketPair.Create(out int other);
        return (new SocketChannel(one), new SocketChannel(new UnixSocket(other)));
    }
}
