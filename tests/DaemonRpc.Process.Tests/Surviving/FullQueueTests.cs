using System.Net.Sockets;

namespace DaemonRpc.Process.Tests.Surviving;

public sealed class FullQueueTests : SandboxTests
{
    // The daemon asks for 4,096; the system may grant fewer. With a little more it is full, or will not be.
    private const int MostConnections = 4200;

    [Fact]
    public async Task Daemon_whose_queue_is_full_is_alive_and_serves_when_there_is_room_again()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        await daemon.FreezeAsync();
        List<Socket> queue = FillQueue(Sandbox.SocketPath, out bool isFull);
        try
        {
            Assert.SkipUnless(isFull, $"{queue.Count} connections did not fill the queue.");
            DaemonClientOptions options = Sandbox.Options();
            options.StartTimeout = TimeSpan.FromSeconds(1);

            DaemonUnresponsiveException exception = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => Sandbox.ConnectAsync(options));

            Assert.Contains($"process {daemon.Id}", exception.Message, StringComparison.Ordinal);
            Assert.Contains("its queue is full", exception.Message, StringComparison.Ordinal);
            Assert.Contains($"Look at its log, {client.Daemon.LogPath}", exception.Message, StringComparison.Ordinal);
            Assert.False(daemon.HasEnded);
        }
        finally
        {
            queue.ForEach(socket => socket.Dispose());
        }

        daemon.Signal(LibC.Continue);
        Assert.Equal(daemon.Id, (await (await Sandbox.ConnectAsync()).DescribeAsync().InTime()).ProcessId);
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Daemon_whose_queue_is_full_is_ended_by_force()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        await daemon.FreezeAsync();
        List<Socket> queue = FillQueue(Sandbox.SocketPath, out bool isFull);
        try
        {
            Assert.SkipUnless(isFull, $"{queue.Count} connections did not fill the queue.");

            await DaemonControl.StopAsync(DaemonSandbox.Id, force: true, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();

            Assert.True(daemon.HasEnded);
        }
        finally
        {
            queue.ForEach(socket => socket.Dispose());
        }

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    private static List<Socket> FillQueue(string path, out bool isFull)
    {
        var sockets = new List<Socket>();
        isFull = false;
        while (!isFull && sockets.Count < MostConnections)
        {
            // Not blocking: a full queue is told at once.
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
            sockets.Add(socket);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(path));
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
                isFull = true;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TooManyOpenSockets)
            {
                break;
            }
        }

        return sockets;
    }
}
