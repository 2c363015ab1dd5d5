using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DaemonRpc.Hosting.Tests.Infrastructure;

/// <summary>A descriptor that the processes of the tests inherit, as systemd would pass it.</summary>
internal sealed partial class PassedSocket : IDisposable
{
    private const int SetDescriptorFlags = 2;

    private readonly Socket _socket;

    private PassedSocket(Socket socket)
    {
        _socket = socket;
        Assert.Equal(0, Control(Descriptor, SetDescriptorFlags, 0));
    }

    public int Descriptor => (int)_socket.Handle;

    /// <summary>Listens at a path, with mode 0600.</summary>
    public static PassedSocket Listening(string path, SocketType type = SocketType.Stream)
    {
        PassedSocket bound = Bound(path, type);
        if (type != SocketType.Dgram)
        {
            bound._socket.Listen(16);
        }

        return bound;
    }

    public static PassedSocket Bound(string path, SocketType type = SocketType.Stream)
    {
        var socket = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        if (path[0] != '\0')
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return new PassedSocket(socket);
    }

    public static PassedSocket OnTheNetwork()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return new PassedSocket(socket);
    }

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);
}
