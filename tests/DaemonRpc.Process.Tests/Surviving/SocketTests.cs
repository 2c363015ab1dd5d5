using System.Net.Sockets;

namespace DaemonRpc.Process.Tests.Surviving;

public sealed class SocketTests : SandboxTests
{
    [Fact]
    public async Task Socket_that_was_deleted_is_published_again()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        string socket = Sandbox.SocketPath;

        File.Delete(socket);

        await AssertReachableAsync(client, socket);
    }

    [Fact]
    public async Task Socket_that_was_replaced_by_a_file_is_published_again()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        string socket = Sandbox.SocketPath;
        File.Delete(socket);

        await File.WriteAllTextAsync(socket, "");

        await AssertReachableAsync(client, socket);
    }

    [Fact]
    public async Task Socket_that_was_replaced_by_a_link_is_published_again_and_the_link_is_not_followed()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        string socket = Sandbox.SocketPath;
        await File.WriteAllTextAsync(Sandbox["elsewhere"], "untouched");
        File.Delete(socket);

        _ = File.CreateSymbolicLink(socket, Sandbox["elsewhere"]);

        await AssertReachableAsync(client, socket);
        Assert.Equal("untouched", await File.ReadAllTextAsync(Sandbox["elsewhere"]));
    }

    [Fact]
    public async Task Client_that_comes_while_the_socket_is_missing_meets_the_daemon_that_lives()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        File.Delete(Sandbox.SocketPath);

        TestServiceClient other = await Sandbox.ConnectAsync();

        Assert.Equal(DaemonOrigin.Reused, other.Daemon.Origin);
        Assert.Equal(client.Daemon.ProcessId, other.Daemon.ProcessId);
    }

    [Fact]
    public async Task Daemon_whose_lock_file_is_gone_finishes_its_task_and_leaves()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        _ = await log.WhenHoldingAsync();

        File.Delete(Assert.Single(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.life")));

        _ = await log.WhenAsync(status => status.State == DaemonState.Stopping);
        Assert.False(daemon.HasEnded);
        await File.WriteAllTextAsync(Sandbox["free"], "");
        await holding.InTime();
        await daemon.EndedAsync();
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    private async Task AssertReachableAsync(TestServiceClient client, string socket)
    {
        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Answers(socket));
        TestServiceClient other = await Sandbox.ConnectAsync();
        Assert.Equal(DaemonOrigin.Reused, other.Daemon.Origin);
        Assert.Equal(client.Daemon.ProcessId, other.Daemon.ProcessId);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
    }

    private static bool Answers(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
