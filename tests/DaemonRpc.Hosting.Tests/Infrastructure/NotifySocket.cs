using System.Net.Sockets;
using System.Text;

namespace DaemonRpc.Hosting.Tests.Infrastructure;

/// <summary>The socket at which systemd would listen for a service with Type=notify.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    /// <param name="address">A path, or a name in the kernel that begins with an at sign.</param>
    public NotifySocket(string address)
    {
        Environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = address };
        _socket.Bind(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
    }

    public IReadOnlyDictionary<string, string> Environment { get; }

    public async Task<string> ReceiveAsync()
    {
        byte[] message = new byte[4096];
        int length = await _socket.ReceiveAsync(message);
        return Encoding.UTF8.GetString(message, 0, length);
    }

    public void Dispose() => _socket.Dispose();
}
