namespace DaemonRpc.Process.Tests.Starting;

public sealed class StartupPointTests : SandboxTests
{
    [Theory]
    [InlineData("begun")]
    [InlineData("locked")]
    [InlineData("bound")]
    [InlineData("published")]
    [InlineData("answered")]
    public async Task Daemon_that_is_killed_while_it_starts_is_followed_by_one_that_serves_everybody(string point)
    {
        Sandbox.StartupPoint = $"{point},kill";
        ToolProcess[] tools = [.. Enumerable.Range(0, 6).Select(_ => Sandbox.StartTool("pid", "--wait"))];

        string[] answers = await Task.WhenAll(tools.Select(tool => tool.LastWordAsync()));

        // Whoever started the one that was killed is told how it ended; after it had answered, another is simply started.
        Assert.True(File.Exists(Sandbox["point"]));
        Assert.Equal(point == "answered" ? 0 : 1, answers.Count(answer => answer == "start signal 9"));
        _ = Assert.Single(answers.Where(answer => answer != "start signal 9").Select(answer => answer.Split(' ')[0]).Distinct());
    }

    [Theory]
    [InlineData("locked")]
    [InlineData("bound")]
    public async Task Daemon_that_hangs_while_it_starts_is_ended_by_its_client(string point)
    {
        Sandbox.StartupPoint = $"{point},stop";
        ToolProcess impatient = Sandbox.StartTool("pid", "--impatient");

        Assert.Equal("start signal ", await impatient.LastWordAsync());
        Assert.Contains("Started", await Sandbox.StartTool("pid").LastWordAsync(), StringComparison.Ordinal);
    }
}
