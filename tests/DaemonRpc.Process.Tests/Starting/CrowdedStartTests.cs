namespace DaemonRpc.Process.Tests.Starting;

public sealed class CrowdedStartTests : SandboxTests
{
    private const int Clients = 10;

    [Theory]
    [InlineData("begun")]
    [InlineData("locked")]
    [InlineData("bound")]
    [InlineData("published")]
    [InlineData("answered")]
    public async Task Daemon_that_is_killed_while_it_starts_is_followed_by_one_that_serves_everybody_else(string point)
    {
        Sandbox.StartupPoint = $"{point},kill";

        string[] answers = await Task.WhenAll(StartClients().Select(tool => tool.LastWordAsync()));

        await AssertOneDaemonAsync(answers, point);
    }

    [Theory]
    [InlineData("begun")]
    [InlineData("locked")]
    [InlineData("bound")]
    [InlineData("published")]
    [InlineData("answered")]
    public async Task Daemon_that_hangs_and_is_killed_while_it_starts_is_followed_by_one_that_serves_everybody_else(string point)
    {
        Sandbox.StartupPoint = $"{point},stop";
        IEnumerable<ToolProcess> tools = StartClients();
        using WatchedProcess daemon = WatchedProcess.Of(await Sandbox.StartupPointReachedAsync());

        await daemon.KillAsync();

        await AssertOneDaemonAsync(await Task.WhenAll(tools.Select(tool => tool.LastWordAsync())), point);
    }

    [Theory]
    [InlineData("begun")]
    [InlineData("locked")]
    [InlineData("bound")]
    [InlineData("published")]
    [InlineData("answered")]
    public async Task Client_that_is_killed_while_it_starts_the_daemon_neither_blocks_others_nor_lets_them_start_another(string point)
    {
        Sandbox.StartupPoint = $"{point},stop";
        ToolProcess starter = Sandbox.StartTool("pid");
        using WatchedProcess daemon = WatchedProcess.Of(await Sandbox.StartupPointReachedAsync());
        starter.Kill();
        await Assert.ThrowsAnyAsync<Exception>(() => starter.AnswerAsync());
        ToolProcess[] others = StartClients();

        daemon.Signal(LibC.Continue);

        string[] answers = await Task.WhenAll(others.Select(tool => tool.AnswerAsync()));
        Assert.All(answers, answer => Assert.StartsWith($"{daemon.Id} Reused", answer, StringComparison.Ordinal));
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    private ToolProcess[] StartClients() => [.. Enumerable.Range(0, Clients).Select(_ => Sandbox.StartTool("pid", "--wait"))];

    private async Task AssertOneDaemonAsync(string[] answers, string point)
    {
        // Whoever waits for the answer of the process it started is told how that ended. After the answer it starts another.
        const string Failure = "start signal 9";
        bool hadAnswered = point == "answered";
        Assert.Equal(hadAnswered ? 0 : 1, answers.Count(answer => answer == Failure));

        // From the moment it is published it is served from; a call that was sent by then may have run, and is not made again.
        const string Lost = "disconnected True";
        Assert.True(point is "published" or "answered" || !answers.Contains(Lost));
        string[] served = [.. answers.Where(answer => answer is not (Failure or Lost))];
        string daemon = Assert.Single(served.Select(answer => answer.Split(' ')[0]).Distinct());
        _ = Assert.Single(served, answer => answer.StartsWith($"{daemon} Started", StringComparison.Ordinal));
        Assert.Equal(hadAnswered ? 2 : 1, await Sandbox.StartsAsync());
    }
}
