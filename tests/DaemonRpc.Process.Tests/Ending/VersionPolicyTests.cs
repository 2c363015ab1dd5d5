namespace DaemonRpc.Process.Tests.Ending;

public sealed class VersionPolicyTests : SandboxTests
{
    [Fact]
    public async Task Client_that_matches_replaces_a_newer_daemon_too()
    {
        _ = await Sandbox.Start(TestProgram.Newer, "pid").EndedAsync();
        TestServiceClient older = await Sandbox.ConnectAsync(Options(VersionPolicy.MatchClient));

        Assert.Equal(3, await older.AddAsync(1, 2).InTime());

        Assert.Equal(DaemonOrigin.Replaced, older.Daemon.Origin);
        Assert.Equal(TestServiceDaemon.BuildTimestamp, older.Daemon.BuildTimestamp);
    }

    [Fact]
    public async Task Client_that_matches_never_replaces_a_daemon_that_works()
    {
        _ = await Sandbox.Start(TestProgram.Newer, "connect").EndedAsync();
        ToolProcess owner = Sandbox.Start(TestProgram.Newer, "hold");
        TestServiceClient older = await Sandbox.ConnectAsync(Options(VersionPolicy.MatchClient));
        int processId = older.Daemon.ProcessId;
        _ = await older.Daemon.WhenHoldingAsync();

        _ = await Assert.ThrowsAsync<DaemonBusyException>(() => older.AddAsync(1, 2).InTime());
        Assert.Equal(DaemonState.Busy, (await older.Daemon.GetStatusAsync().InTime()).State);
        _ = await older.Daemon.CancelAsync().InTime();
        _ = await owner.EndedAsync(exitCode: 3);
        Assert.Equal(DaemonState.Ready, (await older.Daemon.GetStatusAsync().InTime()).State);
        Assert.Equal(processId, older.Daemon.ProcessId);

        Assert.Equal(3, await older.AddAsync(1, 2).InTime());
        Assert.NotEqual(processId, older.Daemon.ProcessId);
    }

    [Fact]
    public async Task Client_that_matches_and_waits_is_served_by_its_own_build()
    {
        _ = await Sandbox.Start(TestProgram.Newer, "connect").EndedAsync();
        ToolProcess owner = Sandbox.Start(TestProgram.Newer, "hold");
        DaemonClientOptions options = Options(VersionPolicy.MatchClient);
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        TestServiceClient older = await Sandbox.ConnectAsync(options);
        _ = await older.Daemon.WhenHoldingAsync();
        Task<int> adding = older.AddAsync(1, 2);
        _ = await older.Daemon.CancelAsync().InTime();

        Assert.Equal(3, await adding.InTime());
        Assert.Equal(TestServiceDaemon.BuildTimestamp, older.Daemon.BuildTimestamp);
        _ = await owner.EndedAsync(exitCode: 3);
    }

    [Fact]
    public async Task Builds_that_live_side_by_side_have_a_daemon_each()
    {
        TestServiceClient plain = await Sandbox.ConnectAsync();
        TestServiceClient beside = await Sandbox.ConnectAsync(Options(VersionPolicy.SideBySide));
        TestServiceClient again = await Sandbox.ConnectAsync(Options(VersionPolicy.SideBySide));

        Assert.NotEqual(plain.Daemon.ProcessId, beside.Daemon.ProcessId);
        Assert.Equal(beside.Daemon.ProcessId, again.Daemon.ProcessId);
        Assert.Equal(3, await beside.AddAsync(1, 2).InTime());

        // A list has them both, and each handle reaches its own.
        IReadOnlyList<DaemonHandle> all = await DaemonControl.ListAsync(Sandbox.RuntimeDirectory).InTime();
        DaemonHandle listed = Assert.Single(all, daemon => daemon.ProcessId == beside.Daemon.ProcessId);
        await listed.StopAsync().InTime();
        Assert.Equal(3, await plain.AddAsync(1, 2).InTime());
        Assert.Equal(plain.Daemon.ProcessId, Assert.Single(await DaemonControl.ListAsync(Sandbox.RuntimeDirectory).InTime()).ProcessId);
    }

    [Fact]
    public async Task Builds_that_fight_are_stopped_when_they_came_back_five_times_within_a_minute()
    {
        TestServiceClient current = await Sandbox.ConnectAsync(Options(VersionPolicy.MatchClient));
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(3, await current.AddAsync(1, 2).InTime());
            _ = await Sandbox.Start(TestProgram.Newer, "pid").EndedAsync();
        }

        // Ours has come back twice and the newer one, too; this is the fifth time, and the sixth is one too many.
        Assert.Equal(3, await current.AddAsync(1, 2).InTime());
        string answer = await Sandbox.Start(TestProgram.Newer, "pid", "--match").AnswerAsync(exitCode: 3);

        Assert.Contains("builds that had made room came back 5 times within a minute", answer, StringComparison.Ordinal);
        Assert.Contains("VersionPolicy.SideBySide", answer, StringComparison.Ordinal);
        Assert.Equal(6, (await current.Daemon.ReadJournalAsync().InTime()).Count(entry => entry.Event == DaemonJournalEvent.MadeRoom));
    }

    private DaemonClientOptions Options(VersionPolicy policy)
    {
        DaemonClientOptions options = Sandbox.Options();
        options.VersionPolicy = policy;
        return options;
    }
}
