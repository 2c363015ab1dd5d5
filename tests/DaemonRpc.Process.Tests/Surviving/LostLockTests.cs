namespace DaemonRpc.Process.Tests.Surviving;

/// <summary>A handler that opens and closes the files of its daemon's runtime directory, as a search of the home folder does.</summary>
/// <remarks>
/// No test had a handler look into the folder that its daemon lives in. The kernel takes a process's record locks of a file
/// away when the process closes any descriptor of it, and tells nobody.
/// </remarks>
public sealed class LostLockTests : SandboxTests
{
    [Fact]
    public async Task Daemon_whose_handler_reads_its_files_is_listed()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        Assert.True(await client.ReadFolderAsync(Sandbox.RuntimeDirectory).InTime() > 1);
        IReadOnlyList<DaemonHandle> daemons = await DaemonControl.ListAsync(Sandbox.RuntimeDirectory).InTime();

        Assert.Equal(client.Daemon.ProcessId, Assert.Single(daemons).ProcessId);
    }

    [Fact]
    public async Task Daemon_whose_handler_reads_its_files_is_stopped_though_its_socket_is_gone()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        _ = await client.ReadFolderAsync(Sandbox.RuntimeDirectory).InTime();
        File.Delete(Sandbox.SocketPath);

        await DaemonControl.StopAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();

        Assert.True(daemon.HasEnded);
    }

    [Fact]
    public async Task Client_that_finds_no_socket_meets_the_daemon_whose_handler_reads_its_files_over_and_over()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using var enough = new CancellationTokenSource();
        Task reading = ReadAsync(client, enough.Token);

        for (int round = 0; round < 3; round++)
        {
            File.Delete(Sandbox.SocketPath);
            TestServiceClient other = await Sandbox.ConnectAsync();
            Assert.Equal((DaemonOrigin.Reused, client.Daemon.ProcessId), (other.Daemon.Origin, other.Daemon.ProcessId));
        }

        await enough.CancelAsync();
        await reading.InTime();
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Daemon_whose_handler_has_read_its_files_and_disposes_slowly_is_waited_for()
    {
        TestServiceClient first = await Sandbox.ConnectAsync("--dispose", Sandbox["disposed"]);
        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Sandbox.Log.Count > 0);
        using WatchedProcess predecessor = WatchedProcess.Of(first.Daemon.ProcessId);
        _ = await first.ReadFolderAsync(Sandbox.RuntimeDirectory).InTime();
        Task stopping = first.Daemon.StopAsync();
        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Directory.GetFiles(Sandbox.RuntimeDirectory, "*.sock").Length == 0);

        Task<TestServiceClient> connecting = Sandbox.ConnectAsync();
        Task stoppingAgain = DaemonControl.StopAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory);
        await FileChange.UntilAsync(Sandbox.RuntimeDirectory, () => Directory.GetFiles(Sandbox.RuntimeDirectory, "*.log.1").Length > 0);
        // About as long as the successor needs to begin to wait for the instance lock.
        DaemonClientOptions options = Sandbox.Options();
        options.Instance = "other";
        _ = await (await Sandbox.ConnectAsync(options)).AddAsync(1, 2).InTime();
        Assert.False(predecessor.HasEnded);
        Assert.False(connecting.IsCompleted || stoppingAgain.IsCompleted, $"{connecting.Exception}");
        await File.WriteAllTextAsync(Sandbox["disposed"], "");

        TestServiceClient second = await connecting;
        await stopping.InTime();
        Assert.True(predecessor.HasEnded);
        Assert.NotEqual(predecessor.Id, second.Daemon.ProcessId);
        await stoppingAgain.InTime();
    }

    [Fact]
    public async Task Task_that_has_read_its_files_is_ended_by_force_and_the_daemon_stays_the_only_one()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "50");
        int processId = client.Daemon.ProcessId;
        for (int round = 0; round < 3; round++)
        {
            _ = await client.ReadFolderAsync(Sandbox.RuntimeDirectory).InTime();
            Task spinning = client.SpinAsync();
            StatusLog log = await StatusLog.OfAsync(client.Daemon);
            _ = await log.WhenAsync(status => status.Message == "spinning");
            Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());
            _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime());
            File.Delete(Sandbox.SocketPath);

            TestServiceClient other = await Sandbox.ConnectAsync();
            Assert.Equal(processId, other.Daemon.ProcessId);
        }
    }

    private async Task ReadAsync(TestServiceClient client, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            _ = await client.ReadFolderAsync(Sandbox.RuntimeDirectory).InTime();
        }
    }
}
