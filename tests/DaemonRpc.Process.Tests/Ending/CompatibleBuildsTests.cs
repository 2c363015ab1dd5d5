namespace DaemonRpc.Process.Tests.Ending;

/// <summary>Clients and daemons of two builds, between which the contract has changed (<see cref="IVisits"/>). This process is a client of the earlier one.</summary>
public sealed class CompatibleBuildsTests : SandboxTests
{
    [Fact]
    public async Task Earlier_client_is_served_by_a_later_daemon()
    {
        int daemon = await StartLaterAsync();
        TestServiceClient client = await ConnectAsync();

        Assert.Equal("later: Ada 2 False", await client.VisitAsync("Ada").InTime());
        Assert.Equal(3, (await client.StepsAsync(3).ToArrayAsync().AsTask().InTime()).Length);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(daemon, client.Daemon.ProcessId);
        Assert.NotEqual(TestServiceDaemon.BuildTimestamp, client.Daemon.BuildTimestamp);
    }

    [Fact]
    public async Task Earlier_client_is_refused_where_a_type_has_changed()
    {
        _ = await StartLaterAsync();
        TestServiceClient client = await ConnectAsync();

        DaemonVersionException refusal = await Assert.ThrowsAsync<DaemonVersionException>(() => client.LastVisitAsync().InTime());

        Assert.Equal(TestServiceDaemon.BuildTimestamp, refusal.ClientBuildTimestamp);
        Assert.Equal("later: Ada 2 False", await client.VisitAsync("Ada").InTime());
    }

    [Theory]
    [InlineData("earlier: Ada", "visit", "Ada")]
    [InlineData("0 1 2", "steps")]
    public async Task Later_client_is_served_by_an_earlier_daemon(string answer, params string[] what)
    {
        TestServiceClient client = await ConnectAsync();
        int daemon = client.Daemon.ProcessId;

        Assert.Equal($"{answer} {daemon} Reused", await LaterAsync(what));
    }

    [Theory]
    [InlineData("later: Ada 3 False", "visit", "Ada", "more")]
    [InlineData("later", "leave")]
    [InlineData("later", "last")]
    public async Task Later_client_replaces_an_earlier_daemon_that_does_not_understand_it(string answer, params string[] what)
    {
        TestServiceClient client = await ConnectAsync();
        int daemon = client.Daemon.ProcessId;

        string said = await LaterAsync(what);

        Assert.StartsWith(answer + " ", said, StringComparison.Ordinal);
        Assert.EndsWith(" Replaced", said, StringComparison.Ordinal);
        Assert.DoesNotContain($" {daemon} ", said, StringComparison.Ordinal);

        // The daemon has been replaced under the earlier client, which gets on with the later one.
        Assert.Equal("later: Ada 2 False", await client.VisitAsync("Ada").InTime());
        Assert.NotEqual(daemon, client.Daemon.ProcessId);
    }

    [Fact]
    public async Task Later_client_without_the_policy_replaces_an_earlier_daemon()
    {
        _ = await ConnectAsync();

        Assert.EndsWith(" Replaced", await Sandbox.Start(TestProgram.Newer, "visits", "visit", "Ada").AnswerAsync(), StringComparison.Ordinal);
    }

    private async Task<int> StartLaterAsync()
    {
        string answer = await Sandbox.Start(TestProgram.Newer, "pid").AnswerAsync();
        return int.Parse(answer.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private Task<string> LaterAsync(string[] what) => Sandbox.Start(TestProgram.Newer, ["visits", .. what, "--compatible"]).AnswerAsync();

    private Task<TestServiceClient> ConnectAsync()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.VersionPolicy = VersionPolicy.Compatible;
        return Sandbox.ConnectAsync(options);
    }
}
