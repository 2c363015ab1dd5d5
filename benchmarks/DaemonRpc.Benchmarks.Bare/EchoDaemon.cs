using System.Net.Sockets;

namespace DaemonRpc.Benchmarks.Bare;

/// <summary>Sends back what it gets, one connection after another.</summary>
internal static class EchoDaemon
{
    public static void Run(string path, string kind, string readyDescriptor)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(16);
        SelfLaunch.SayReady(readyDescriptor);
        byte[] buffer = new byte[EchoMessage.Size];
        while (listener.Poll(SelfLaunch.IdleLimit, SelectMode.SelectRead))
        {
            using Socket socket = listener.Accept();
            buffer = Serve(EchoWire.Over(socket, kind), buffer);
        }
    }

    /// <summary>Until the other end leaves.</summary>
    /// <returns>The buffer, which is made larger for larger messages.</returns>
    private static byte[] Serve(EchoWire wire, byte[] buffer)
    {
        for (int count = wire.Receive(buffer); count > 0; count = wire.Receive(buffer))
        {
            wire.ReceiveWhole(buffer.AsSpan(0, EchoMessage.Size), count);
            var message = EchoMessage.Read(buffer);
            switch (message.What)
            {
                case EchoMessage.Kind.Echo:
                    int length = EchoMessage.Size + message.Amount;
                    byte[] echo = buffer.Length < length ? Lengthen(wire, buffer, length) : buffer;
                    wire.ReceiveWhole(echo.AsSpan(0, length), Math.Max(count, EchoMessage.Size));
                    wire.Send(echo.AsSpan(0, length));
                    buffer = wire.ReusesBuffers ? echo : buffer;
                    break;
                case EchoMessage.Kind.Send:
                    wire.SendPieces(message.Amount);
                    break;
                default:
                    // The first of them may have come with the message.
                    wire.ReceiveAnnounced(message.Amount - Math.Max(0, count - EchoMessage.Size));
                    wire.Send(buffer.AsSpan(0, EchoMessage.Size));
                    break;
            }
        }

        return buffer;
    }

    private static byte[] Lengthen(EchoWire wire, byte[] buffer, int length)
    {
        byte[] longer = wire.NewArray(length);
        buffer.CopyTo(longer, 0);
        return longer;
    }
}
