namespace DaemonRpc.Process.Tests.Ending;

public sealed class StopTests : SandboxTests
{
    [Fact]
    public async Task Daemon_that_was_stopped_is_gone()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess process = WatchedProcess.Of(client.Daemon.ProcessId);

        await client.Daemon.StopAsync().InTime();

        Assert.True(process.HasEnded);
        Assert.Empty(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.sock*"));
        Assert.Contains(Sandbox.Log, line => line.Contains("has stopped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stopping_when_none_runs_succeeds_and_starts_none()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        await client.Daemon.StopAsync().InTime();

        await client.Daemon.StopAsync().InTime();
        await client.Daemon.StopAsync(force: true).InTime();

        Assert.Equal(1, await Sandbox.StartsAsync());
        Assert.Equal(CancelOutcome.NothingRunning, await client.Daemon.CancelAsync().InTime());
        Assert.Empty(ProcessTable.Touching(Sandbox.Folder));
    }

    [Fact]
    public async Task Running_task_finishes_before_the_daemon_stops()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess process = WatchedProcess.Of(client.Daemon.ProcessId);
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        _ = await log.WhenHoldingAsync();

        Task stopping = client.Daemon.StopAsync();
        DaemonStatus status = await log.WhenAsync(status => status.State == DaemonState.Stopping);
        Assert.Equal("HoldUntilAsync", status.Task?.Method);
        Assert.False(stopping.IsCompleted);
        await File.WriteAllTextAsync(Sandbox["free"], "");

        await stopping.InTime();
        Assert.True(process.HasEnded);
        await holding.InTime();
        Assert.Contains("The test service was disposed.", Sandbox.Log);
    }

    [Fact]
    public async Task Force_does_not_wait_for_the_running_task()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess process = WatchedProcess.Of(client.Daemon.ProcessId);
        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        _ = await client.Daemon.WhenHoldingAsync();

        await client.Daemon.StopAsync(force: true).InTime();

        Assert.True(process.HasEnded);
        DaemonDisconnectedException exception = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => holding.InTime());
        Assert.True(exception.MayHaveRun);
        Assert.Null(await DaemonControl.FindAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime());
        Assert.Empty(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.sock"));
    }

    [Fact]
    public async Task Client_outlives_the_daemon_that_was_stopped()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        int processId = client.Daemon.ProcessId;
        await client.Daemon.StopAsync().InTime();

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());

        Assert.NotEqual(processId, client.Daemon.ProcessId);
        Assert.Equal(DaemonOrigin.Started, client.Daemon.Origin);
    }

    [Fact]
    public async Task Call_that_comes_while_the_daemon_stops_runs_on_its_successor()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        TestServiceClient late = await Sandbox.ConnectAsync();
        int processId = client.Daemon.ProcessId;
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        _ = await log.WhenHoldingAsync();
        Task stopping = client.Daemon.StopAsync();
        _ = await log.WhenAsync(status => status.State == DaemonState.Stopping);

        DaemonBusyException exception = await Assert.ThrowsAsync<DaemonBusyException>(() => late.AddAsync(1, 2).InTime());
        Assert.Equal(DaemonState.Stopping, exception.Status.State);
        await File.WriteAllTextAsync(Sandbox["free"], "");

        await stopping.InTime();
        Assert.Equal(3, await late.AddAsync(1, 2).InTime());
        Assert.NotEqual(processId, late.Daemon.ProcessId);
        await holding.InTime();
    }

    [Fact]
    public async Task All_daemons_are_listed_and_each_is_found()
    {
        DaemonClientOptions options = Sandbox.Options();
        TestServiceClient plain = await Sandbox.ConnectAsync(options);
        options.Instance = "named";
        TestServiceClient named = await Sandbox.ConnectAsync(options);
        options.Instance = "stopped";
        TestServiceClient stopped = await Sandbox.ConnectAsync(options);
        await stopped.Daemon.StopAsync().InTime();

        IReadOnlyList<DaemonHandle> all = await DaemonControl.ListAsync(Sandbox.RuntimeDirectory).InTime();
        DaemonHandle? found = await DaemonControl.FindAsync(DaemonSandbox.Id, "named", Sandbox.RuntimeDirectory).InTime();

        Assert.Equal(
            new[] { plain.Daemon.ProcessId, named.Daemon.ProcessId }.Order(),
            all.Select(daemon => daemon.ProcessId).Order());
        Assert.All(all, daemon => Assert.Equal(DaemonSandbox.Id, daemon.Id));
        Assert.Equal(named.Daemon.ProcessId, found?.ProcessId);
        Assert.Equal("named", found?.Instance);
        Assert.Equal(DaemonState.Ready, (await found!.GetStatusAsync().InTime()).State);
        Assert.Null(await DaemonControl.FindAsync(DaemonSandbox.Id, "stopped", Sandbox.RuntimeDirectory).InTime());
        Assert.Null(await DaemonControl.FindAsync("daemonrpc.tests.nobody", null, Sandbox.RuntimeDirectory).InTime());
    }

    [Fact]
    public async Task Folder_that_does_not_exist_holds_no_daemons()
    {
        Assert.Empty(await DaemonControl.ListAsync(Sandbox.RuntimeDirectory).InTime());
        Assert.False(Directory.Exists(Sandbox.RuntimeDirectory));
    }

    /// <remarks>SIGINT and SIGHUP ended a launched daemon without a word.</remarks>
    [Theory]
    [InlineData(LibC.Terminate, "SIGTERM")]
    [InlineData(LibC.Interrupt, "SIGINT")]
    [InlineData(LibC.HangUp, "SIGHUP")]
    public async Task Signal_lets_the_daemon_leave_as_any_other_does(int signal, string name)
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        _ = await client.AddAsync(1, 2).InTime();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);

        daemon.Signal(signal);
        await daemon.EndedAsync();

        DaemonJournalEntry last = (await client.Daemon.ReadJournalAsync().InTime())[^1];
        Assert.Equal((DaemonJournalEvent.Stopped, $"The daemon got {name}."), (last.Event, last.Reason));
        Assert.Empty(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.sock"));
    }
}
