namespace DaemonRpc.Process.Tests.Controlling;

public sealed class ReportTests : SandboxTests
{
    [Fact]
    public async Task Frozen_daemon_is_reported_last_with_its_name_and_the_others_before()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess frozen = await FrozenAsync("frozen");

        List<DaemonReport> reports = await ReportsAsync();

        Assert.Equal([client.Daemon.ProcessId, frozen.Id], reports.Select(report => report.Daemon.ProcessId));
        Assert.Equal(DaemonState.Ready, reports[0].Status?.State);
        Assert.Null(reports[0].Problem);
        DaemonReport silent = reports[1];
        Assert.Equal((DaemonSandbox.Id, "frozen", true), (silent.Daemon.Id, silent.Daemon.Instance, silent.IsRunning));
        Assert.Null(silent.Status);
        Assert.Contains($"The daemon '{DaemonSandbox.Id}' for 'frozen' (process {frozen.Id}) is alive but did not answer within 0.2 s", silent.Problem, StringComparison.Ordinal);
        frozen.Signal(LibC.Continue);
    }

    [Fact]
    public async Task Frozen_daemon_that_nobody_can_name_can_be_ended()
    {
        using WatchedProcess frozen = await FrozenAsync("frozen");
        File.Delete(Assert.Single(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.journal")));

        DaemonReport silent = Assert.Single(await ReportsAsync());

        Assert.Equal(("", "", frozen.Id), (silent.Daemon.Id, silent.Daemon.Instance, silent.Daemon.ProcessId));
        await silent.Daemon.StopAsync(force: true).InTime();
        Assert.True(frozen.HasEnded);
        Assert.Empty(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.journal"));
    }

    [Fact]
    public async Task Silent_daemon_is_not_a_witness_against_itself()
    {
        using WatchedProcess frozen = await FrozenAsync("");
        DaemonReport silent = Assert.Single(await ReportsAsync());

        // The socket names another process now: the lock's owner alone does not suffice to kill.
        File.Delete(Sandbox.SocketPath);
        using var other = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        string path = Path.ChangeExtension(Assert.Single(Directory.GetFiles(Sandbox.RuntimeDirectory, "*.life")), ".sock");
        other.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        other.Listen();

        _ = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => silent.Daemon.StopAsync(force: true).InTime());

        Assert.False(frozen.HasEnded);
        File.Delete(path);
        await frozen.KillAsync();
    }

    [Fact]
    public async Task Daemon_that_has_ended_is_reported_on_request_with_what_is_left_of_it()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        await client.Daemon.StopAsync().InTime();

        Assert.Empty(await ReportsAsync());

        DaemonReport ended = Assert.Single(await ReportsAsync(includeEnded: true));
        Assert.False(ended.IsRunning);
        Assert.Equal((DaemonSandbox.Id, 0, client.Daemon.LogPath, client.Daemon.BuildTimestamp), (ended.Daemon.Id, ended.Daemon.ProcessId, ended.Daemon.LogPath, ended.Daemon.BuildTimestamp));
        Assert.Equal(DaemonJournalEvent.Stopped, (await ended.Daemon.ReadJournalAsync().InTime())[^1].Event);
    }

    [Fact]
    public async Task Daemon_that_is_being_started_is_waited_for()
    {
        Sandbox.StartupPoint = "locked,stop";
        ToolProcess client = Sandbox.StartTool("connect");
        using WatchedProcess starting = WatchedProcess.Of(await Sandbox.StartupPointReachedAsync());

        Assert.Contains("it is starting or leaving", Assert.Single(await ReportsAsync()).Problem, StringComparison.Ordinal);

        Task<List<DaemonReport>> reports = DaemonControl.ReportAsync(Limits.Generous, runtimeDirectory: Sandbox.RuntimeDirectory).ToListAsync().AsTask();
        starting.Signal(LibC.Continue);

        DaemonReport report = Assert.Single(await reports.InTime());
        Assert.Equal(starting.Id, report.Daemon.ProcessId);
        Assert.NotNull(report.Status);
        _ = await client.EndedAsync();
    }

    private async Task<WatchedProcess> FrozenAsync(string instance)
    {
        DaemonClientOptions options = Sandbox.Options();
        options.Instance = instance;
        TestServiceClient client = await Sandbox.ConnectAsync(options);
        _ = await client.AddAsync(1).InTime();
        WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        await daemon.FreezeAsync();
        return daemon;
    }

    private Task<List<DaemonReport>> ReportsAsync(bool includeEnded = false) =>
        DaemonControl.ReportAsync(TimeSpan.FromMilliseconds(200), includeEnded, Sandbox.RuntimeDirectory).ToListAsync().AsTask().InTime();
}
