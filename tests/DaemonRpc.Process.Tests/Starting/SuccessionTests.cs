namespace DaemonRpc.Process.Tests.Starting;

public sealed class SuccessionTests : SandboxTests
{
    [Theory]
    [InlineData(60_000)]
    [InlineData(Timeout.Infinite)]
    public async Task Successor_serves_when_its_predecessor_has_gone_however_long_that_takes(int startTimeout)
    {
        TestServiceClient first = await Sandbox.ConnectAsync("--dispose", Sandbox["disposed"]);
        // Only a log with something in it is moved aside for the successor's, which is how the test sees that one is started.
        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Sandbox.Log.Count > 0);
        using WatchedProcess predecessor = WatchedProcess.Of(first.Daemon.ProcessId);
        Task stopping = first.Daemon.StopAsync();
        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Directory.GetFiles(Sandbox.RuntimeDirectory, "*.sock").Length == 0);

        DaemonClientOptions options = Sandbox.Options();
        options.StartTimeout = TimeSpan.FromMilliseconds(startTimeout);
        Task<TestServiceClient> connecting = Sandbox.ConnectAsync(options);
        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Directory.GetFiles(Sandbox.RuntimeDirectory, "*.log.1").Length > 0);
        // About as long as the successor needs to begin to wait for the instance lock.
        options = Sandbox.Options();
        options.Instance = "other";
        _ = await (await Sandbox.ConnectAsync(options)).AddAsync(1, 2).InTime();
        Assert.False(predecessor.HasEnded);
        Assert.False(connecting.IsCompleted, connecting.Exception?.Message);
        // Two never serve: the only socket is the other instance's.
        string other = Sandbox.SocketPath;
        await File.WriteAllTextAsync(Sandbox["disposed"], "");

        TestServiceClient second = await connecting;
        await stopping.InTime();
        Assert.True(predecessor.HasEnded);
        // The predecessor's end took nothing from its successor: another client finds it by its socket.
        _ = Assert.Single(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.sock"), socket => socket != other);
        Assert.Equal(second.Daemon.ProcessId, (await Sandbox.ConnectAsync()).Daemon.ProcessId);
        Assert.Equal(3, await second.AddAsync(1, 2).InTime());
        Assert.NotEqual(predecessor.Id, second.Daemon.ProcessId);
        Assert.Equal(DaemonOrigin.Started, second.Daemon.Origin);
    }

    [Fact]
    public async Task Daemon_that_lives_but_cannot_be_reached_is_named_and_left_alone()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        string socket = Sandbox.SocketPath;
        File.Delete(socket);
        // In its place, a directory: nothing can be published over it.
        _ = Directory.CreateDirectory(socket);
        DaemonClientOptions options = Sandbox.Options();
        options.StartTimeout = TimeSpan.FromSeconds(6);

        DaemonUnresponsiveException exception = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => Sandbox.ConnectAsync(options));

        Assert.Contains($"process {client.Daemon.ProcessId}", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());

        // The way is free again: it publishes by itself.
        Directory.Delete(socket);
        TestServiceClient other = await Sandbox.ConnectAsync();
        Assert.Equal(client.Daemon.ProcessId, other.Daemon.ProcessId);
    }
}
