namespace DaemonRpc.Testing.Tests.Faults;

/// <summary>A daemon of another build than its clients.</summary>
public sealed class VersionTests
{
    [Fact]
    public async Task Newer_daemon_refuses_its_clients_and_names_both_builds()
    {
        await using TestDaemon daemon = Daemons.Create();
        await daemon.StartAsync(DaemonBuild.Newer);
        await using TestServiceClient client = await daemon.ConnectAsync();

        DaemonVersionException mismatch = await Assert.ThrowsAsync<DaemonVersionException>(() => client.AddAsync(1, 2).InTime());

        Assert.Equal(TestServiceDaemon.BuildTimestamp, mismatch.ClientBuildTimestamp);
        Assert.Equal(TestServiceDaemon.BuildTimestamp + TimeSpan.FromHours(1), mismatch.DaemonBuildTimestamp);
    }

    [Fact]
    public async Task Older_daemon_is_replaced_by_one_of_the_clients_build()
    {
        await using TestDaemon daemon = Daemons.Create();
        await daemon.StartAsync(DaemonBuild.Older);
        await using TestServiceClient client = await daemon.ConnectAsync();
        Assert.Equal(DaemonOrigin.Reused, client.Daemon.Origin);

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());

        Assert.Equal(DaemonOrigin.Replaced, client.Daemon.Origin);
        Assert.Equal(
            [DaemonJournalEvent.Started, DaemonJournalEvent.MadeRoom, DaemonJournalEvent.Replaced], daemon.Journal.Select(static entry => entry.Event));
    }

    [Fact]
    public async Task Client_that_matches_builds_replaces_a_newer_daemon_and_one_that_lives_beside_it_starts_its_own()
    {
        await using TestDaemon daemon = Daemons.Create();
        await daemon.StartAsync(DaemonBuild.Newer);
        await using TestServiceClient beside = await daemon.ConnectAsync(static options => options.VersionPolicy = VersionPolicy.SideBySide);
        Assert.Equal(DaemonOrigin.Started, beside.Daemon.Origin);

        await using TestServiceClient matching = await daemon.ConnectAsync(static options => options.VersionPolicy = VersionPolicy.MatchClient);

        Assert.Equal(3, await matching.AddAsync(1, 2).InTime());
        Assert.Equal(DaemonOrigin.Replaced, matching.Daemon.Origin);
    }

    [Fact]
    public async Task Starting_another_build_stops_the_daemon_that_runs()
    {
        var lamps = new LampLog();
        await using TestDaemon daemon = lamps.Create();
        await using LampClient client = await LampClient.ConnectAsync(daemon.ClientOptions()).InTime();
        Assert.Equal(1, await client.FlashAsync().InTime());

        await daemon.StartAsync();

        Assert.Equal((2, 1), (lamps.Made, lamps.Disposed));
        Assert.Equal(1, await client.FlashAsync().InTime());
        Assert.Equal(DaemonOrigin.Reused, client.Daemon.Origin);
    }
}
