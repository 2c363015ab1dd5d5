using System.Net.Sockets;

namespace DaemonRpc.Benchmarks.Bare;

/// <summary>Sends back what it gets, one connection after another.</summary>
internal static class EchoDaemon
{
    // Nobody stops it but a kill; left behind by a driver that was killed itself, it goes by itself.
    private static readonly TimeSpan s_idleLimit = TimeSpan.FromMinutes(10);

    public static unsafe void Run(string path, string kind, int readyDescriptor)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(16);
        byte ready = 1;
        _ = Native.Write(readyDescriptor, &ready, 1);
        _ = Native.Close(readyDescriptor);
        byte[] buffer = new byte[EchoWire.MessageSize];
        while (listener.Poll(s_idleLimit, SelectMode.SelectRead))
        {
            using Socket socket = listener.Accept();
            var wire = EchoWire.Over(socket, kind);
            for (int count = wire.Receive(buffer); count > 0; count = wire.Receive(buffer))
            {
                wire.Send(buffer.AsSpan(0, count));
            }
        }
    }
}
