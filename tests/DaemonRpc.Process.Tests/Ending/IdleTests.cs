namespace DaemonRpc.Process.Tests.Ending;

public sealed class IdleTests : SandboxTests
{
    [Fact]
    public async Task Unused_daemon_leaves_though_somebody_watches()
    {
        // A task keeps it until the test holds it and watches it, however long that takes.
        TestServiceClient client = await Sandbox.ConnectAsync("--idle", "500");
        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        _ = await client.Daemon.WhenHoldingAsync();
        using WatchedProcess process = WatchedProcess.Of(client.Daemon.ProcessId);
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        await File.WriteAllTextAsync(Sandbox["free"], "");
        await holding.InTime();

        await process.EndedAsync();

        await log.Ended.InTime();
        Assert.Equal(DaemonState.Stopping, log.Seen[^1].State);
        Assert.Contains("idle", log.Seen[^1].Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.sock*"));
        Assert.Contains("The test service was disposed.", Sandbox.Log);
    }

    [Fact]
    public async Task Client_outlives_the_daemon_that_was_idle()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--idle", "500");
        int processId = client.Daemon.ProcessId;
        using WatchedProcess? process = WatchedProcess.TryOpen(processId);
        await (process?.EndedAsync() ?? Task.CompletedTask);

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());

        Assert.NotEqual(processId, client.Daemon.ProcessId);
    }

    [Fact]
    public async Task Daemon_whose_task_runs_is_not_idle()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--idle", "500");
        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        _ = await client.Daemon.WhenHoldingAsync();
        using WatchedProcess process = WatchedProcess.Of(client.Daemon.ProcessId);

        // Long beyond the limit, as far as another daemon's idleness tells it.
        DaemonClientOptions other = Sandbox.Options("--idle", "1500");
        other.Instance = "clock";
        using WatchedProcess? clock = WatchedProcess.TryOpen((await Sandbox.ConnectAsync(other)).Daemon.ProcessId);
        await (clock?.EndedAsync() ?? Task.CompletedTask);

        Assert.False(process.HasEnded);
        Assert.Equal(DaemonState.Busy, (await client.Daemon.GetStatusAsync().InTime()).State);
        await File.WriteAllTextAsync(Sandbox["free"], "");
        await holding.InTime();
        await process.EndedAsync();
    }

    [Fact]
    public async Task Call_that_meets_the_leaving_daemon_is_never_lost()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--idle", "50");
        for (int round = 0; round < 20; round++)
        {
            // From its first call on the daemon counts; each round begins with one.
            Assert.Equal(0, await client.AddAsync(0, 0).InTime());
            try
            {
                // The moment it says that it leaves is the moment to call.
                _ = await client.Daemon.WhenAsync(status => status.State == DaemonState.Stopping);
            }
            catch (Exception exception) when (exception is DaemonDisconnectedException or InvalidOperationException)
            {
                // It had left before it could be watched: the call comes a little later than meant.
            }

            Assert.Equal(round, await client.AddAsync(round, 0).InTime());
        }
    }

    [Fact]
    public async Task Many_clients_of_a_daemon_that_leaves_all_the_time_lose_no_call()
    {
        DaemonClientOptions options = Sandbox.Options("--idle", "20");
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        TestServiceClient[] clients = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Sandbox.ConnectAsync(options)));

        await Task.WhenAll(clients.Select(async client =>
        {
            for (int round = 0; round < 30; round++)
            {
                Assert.Equal(round, await client.AddAsync(round, 0));
            }
        })).InTime();
    }
}
