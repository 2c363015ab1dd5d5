namespace DaemonRpc.Process.Tests.Starting;

public sealed class StartupPointTests : SandboxTests
{
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
