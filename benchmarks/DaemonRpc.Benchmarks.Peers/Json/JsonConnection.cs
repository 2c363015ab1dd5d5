using System.Net.Sockets;
using StreamJsonRpc;

namespace DaemonRpc.Benchmarks.Peers.Json;

/// <summary>MessagePack behind a length.</summary>
internal static class JsonConnection
{
    public static JsonRpc Over(Socket socket)
    {
        var stream = new NetworkStream(socket, ownsSocket: true);
        return new JsonRpc(new LengthHeaderMessageHandler(stream, stream, new MessagePackFormatter()));
    }
}
