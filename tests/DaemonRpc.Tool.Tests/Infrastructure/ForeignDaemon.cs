using System.Net.Sockets;

namespace DaemonRpc.Tool.Tests.Infrastructure;

/// <summary>A daemon of a later version of the protocol: this very process, with the lock and the socket of one.</summary>
internal sealed class ForeignDaemon : IAsyncDisposable
{
    public const string Id = "daemonrpc.tests.foreign";

    private const string Key = "aaaaaaaaaaaaaaaaaaaa";
    private const int LaterProtocol = 99;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly FileStream _lock;
    private readonly string _socketPath;
    private readonly Task _serving;

    public ForeignDaemon(string runtimeDirectory)
    {
        _ = Directory.CreateDirectory(runtimeDirectory, OwnerOnly);
        _lock = new FileStream(Path.Combine(runtimeDirectory, Key + ".life"), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        _lock.Lock(0, 1);
        _socketPath = Path.Combine(runtimeDirectory, Key + ".sock");
        _listener.Bind(new UnixDomainSocketEndPoint(_socketPath));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving.InTime();
        await _lock.DisposeAsync();
        File.Delete(_socketPath);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The test is over.
                return;
            }

            using (client)
            {
                await AnswerAsync(new NetworkStream(client));
            }
        }
    }

    private static async Task AnswerAsync(NetworkStream client)
    {
        await SendAsync(RawConnection.Frame(
            RawConnection.Welcome, 0,
            [.. RawConnection.Field(1, LaterProtocol), .. RawConnection.Field(2, Id), .. RawConnection.Field(8, Environment.ProcessId)]));
        byte[] header = new byte[RawConnection.HeaderSize];
        try
        {
            while (true)
            {
                await client.ReadExactlyAsync(header);
                await client.ReadExactlyAsync(new byte[BitConverter.ToUInt32(header)]);
                if (header[4] == RawConnection.StatusQuery)
                {
                    await SendAsync(RawConnection.Frame(
                        RawConnection.Status, BitConverter.ToUInt32(header, 5),
                        [.. RawConnection.Field(1, (long)DaemonState.Ready), .. RawConnection.Field(2, "of another protocol"), .. RawConnection.Field(4, 1)]));
                }
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }

        Task SendAsync(byte[] frame) => client.WriteAsync(frame).AsTask();
    }
}
