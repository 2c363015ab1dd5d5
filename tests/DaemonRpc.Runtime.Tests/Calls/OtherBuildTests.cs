using DaemonRpc.CodeGen;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>Clients with <see cref="VersionPolicy.Compatible"/>, and daemons of another build than theirs.</summary>
public sealed class OtherBuildTests : IDisposable
{
    private readonly TwoBuilds _builds = new();

    public void Dispose() => _builds.Dispose();

    [Fact]
    public async Task Newer_daemon_uses_its_default_values_for_what_an_older_client_does_not_know()
    {
        TwoBuilds.RunningBuild daemon = _builds.Start(TwoBuilds.Newer);
        await using CallChannel client = await _builds.ConnectAsync(TwoBuilds.Older);

        Assert.Equal("newer: Emma 7 False", await Find(client, TwoBuilds.Find, "Emma").SendAsync<string>(default).Soon());
        Assert.Equal("newer: Ulysses 7 False", await Find(client, TwoBuilds.Find, "Ulysses").SendAsync<string>(default).Soon());

        await EndAsync(daemon);
    }

    [Fact]
    public async Task Newer_client_leaves_out_default_values_that_an_older_daemon_does_not_know()
    {
        TwoBuilds.RunningBuild daemon = _builds.Start(TwoBuilds.Older);
        await using CallChannel client = await _builds.ConnectAsync(TwoBuilds.Newer);

        Assert.Equal("older: Emma", await LongFind(client, "Emma", 7, null).SendAsync<string>(default).Soon());
        Assert.Equal("older: " + new string('x', 100_000), await LongFind(client, new string('x', 100_000), 7, null).SendAsync<string>(default).Soon());
        Assert.Equal("older: \0\0\0\a\0\0\0\0", await LongFind(client, "\0\0\0\a\0\0\0\0", 7, null).SendAsync<string>(default).Soon());

        await EndAsync(daemon);
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(7, true)]
    public async Task Newer_client_that_passes_more_than_the_older_daemon_knows_has_it_replaced(int edition, bool reports)
    {
        TwoBuilds.RunningBuild daemon = _builds.Start(TwoBuilds.Older);
        await using CallChannel client = await _builds.ConnectAsync(TwoBuilds.Newer);

        // The client may start none.
        _ = await Assert.ThrowsAsync<DaemonStartException>(() => LongFind(client, "Emma", edition, reports ? new Progress<string>() : null).SendAsync<string>(default).Soon());

        _ = await daemon.ExitCode.Soon();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unchanged_method_is_served_in_both_directions(bool isDaemonNewer)
    {
        TwoBuilds.RunningBuild daemon = _builds.Start(isDaemonNewer ? TwoBuilds.Newer : TwoBuilds.Older);
        await using CallChannel client = await _builds.ConnectAsync(isDaemonNewer ? TwoBuilds.Older : TwoBuilds.Newer);

        int[] items = await client.Request(TwoBuilds.List, "ListAsync").StreamAsync<int>(default).ToArrayAsync();

        Assert.Equal([0, 1, 2], items);

        await EndAsync(daemon);
    }

    [Fact]
    public async Task Changed_method_of_an_older_client_is_refused_and_the_others_are_still_served()
    {
        TwoBuilds.RunningBuild daemon = _builds.Start(TwoBuilds.Newer);
        await using CallChannel client = await _builds.ConnectAsync(TwoBuilds.Older);

        _ = await Assert.ThrowsAsync<DaemonVersionException>(() => client.Request(TwoBuilds.Save, "SaveAsync").With("Emma").SendAsync<string>(default).Soon());
        Assert.Equal("newer: Emma 7 False", await Find(client, TwoBuilds.Find, "Emma").SendAsync<string>(default).Soon());

        await EndAsync(daemon);
    }

    [Theory]
    [InlineData(TwoBuilds.Save)]
    [InlineData(TwoBuilds.Count)]
    public async Task Changed_and_new_methods_of_a_newer_client_have_the_older_daemon_replaced(uint method)
    {
        TwoBuilds.RunningBuild daemon = _builds.Start(TwoBuilds.Older);
        await using CallChannel client = await _builds.ConnectAsync(TwoBuilds.Newer);

        _ = await Assert.ThrowsAsync<DaemonStartException>(() => client.Request(method, "SaveAsync").With("Emma").SendAsync<string>(default).Soon());

        _ = await daemon.ExitCode.Soon();
    }

    [Fact]
    public async Task Client_without_the_policy_is_compared_by_its_build()
    {
        TwoBuilds.RunningBuild daemon = _builds.Start(TwoBuilds.Newer);
        await using CallChannel client = await _builds.ConnectAsync(TwoBuilds.Older, VersionPolicy.NewerWins);

        _ = await Assert.ThrowsAsync<DaemonVersionException>(() => Find(client, TwoBuilds.Find, "Emma").SendAsync<string>(default).Soon());

        await EndAsync(daemon);
    }

    [Fact]
    public async Task Client_gets_on_with_the_next_daemon_as_it_is()
    {
        TwoBuilds.RunningBuild first = _builds.Start(TwoBuilds.Newer);
        await using CallChannel client = await _builds.ConnectAsync(TwoBuilds.Newer);
        Assert.Equal("newer: Emma 8 False", await LongFind(client, "Emma", 8, null).SendAsync<string>(default).Soon());
        await EndAsync(first);

        TwoBuilds.RunningBuild second = _builds.Start(TwoBuilds.Older);
        Assert.Equal("older: Emma", await LongFind(client, "Emma", 7, null).SendAsync<string>(default).Soon());
        await EndAsync(second);
    }

    [Fact]
    public async Task Wrong_number_of_arguments_fails_the_call_alone()
    {
        TwoBuilds.RunningBuild daemon = _builds.Start(TwoBuilds.Newer);
        await using CallChannel client = await _builds.ConnectAsync(TwoBuilds.Older);

        _ = await Assert.ThrowsAsync<DaemonProtocolException>(() => client.Request(TwoBuilds.Find, "FindAsync").SendAsync<string>(default).Soon());
        _ = await Assert.ThrowsAsync<DaemonProtocolException>(() => Find(client, TwoBuilds.Find, "Emma").With(9).SendAsync<string>(default).Soon());
        Assert.Equal("newer: Emma 7 False", await Find(client, TwoBuilds.Find, "Emma").SendAsync<string>(default).Soon());

        await EndAsync(daemon);
    }

    private static CallRequest Find(CallChannel client, uint method, string title) => client.Request(method, "FindAsync").With(title);

    private static CallRequest LongFind(CallChannel client, string title, int edition, IProgress<string>? progress) =>
        Find(client, TwoBuilds.LongFind, title).With(edition).WithProgress(progress);

    private async Task EndAsync(TwoBuilds.RunningBuild daemon)
    {
        await _builds.StopAsync();
        _ = await daemon.ExitCode.Soon();
    }
}
