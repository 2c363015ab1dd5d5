using System.Net.Sockets;

namespace DaemonRpc.TestDaemon;

/// <summary>Somebody who goes round the toolkit: knocks at a daemon's socket, or listens in a daemon's place.</summary>
internal static class Stranger
{
    /// <summary>Sends bytes to a socket, and tells how many came back until the other side ended it.</summary>
    public static int Knock(string path, string hexadecimal)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            Console.WriteLine("connected");
            _ = socket.Send(Convert.FromHexString(hexadecimal));
        }
        catch (SocketException exception)
        {
            // Not let in, or already shown out.
            Console.WriteLine(exception.SocketErrorCode);
        }

        Console.WriteLine($"received {CountReceived(socket)} bytes");
        return 0;
    }

    /// <summary>Lets one client in, and tells how many bytes it sent.</summary>
    public static int Listen(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(10);
        Console.WriteLine("listening");
        using Socket client = socket.Accept();
        Console.WriteLine($"received {CountReceived(client)} bytes");
        return 0;
    }

    private static int CountReceived(Socket socket)
    {
        byte[] buffer = new byte[1000];
        int all = 0;
        try
        {
            int received;
            while ((received = socket.Receive(buffer)) > 0)
            {
                all += received;
            }
        }
        catch (SocketException)
        {
            // Reset, as bytes of ours were left unread: an end like any other.
        }

        return all;
    }
}
