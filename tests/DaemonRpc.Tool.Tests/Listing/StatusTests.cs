using System.Text.Json;

namespace DaemonRpc.Tool.Tests.Listing;

public sealed class StatusTests : SandboxTests
{
    [Fact]
    public async Task Daemon_is_described_line_by_line()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();

        IReadOnlyList<string> lines = await Sandbox.DaemonRpcAsync(0, "status", DaemonSandbox.Id);

        Assert.Equal($"id        {DaemonSandbox.Id}", lines[0]);
        Assert.StartsWith($"process   {client.Daemon.ProcessId}, up ", lines[1], StringComparison.Ordinal);
        Assert.Contains("state     ready", lines);
        Assert.Contains("calls     1 finished, 0 waiting", lines);
        Assert.Contains($"log       {client.Daemon.LogPath}", lines);
    }

    [Fact]
    public async Task Daemon_can_be_named_by_its_process()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();

        JsonElement daemon = Assert.Single((await Sandbox.DaemonRpcJsonAsync(0, "status", $"{client.Daemon.ProcessId}", "--json")).GetProperty("daemons").EnumerateArray());

        Assert.Equal(DaemonSandbox.Id, daemon.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Exit_code_tells_that_none_runs()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        await client.Daemon.StopAsync().InTime();

        string line = Assert.Single(await Sandbox.DaemonRpcAsync(1, "status", DaemonSandbox.Id));

        Assert.StartsWith($"error: daemonrpc: No daemon '{DaemonSandbox.Id}' runs in '{Sandbox.RuntimeDirectory}'", line, StringComparison.Ordinal);
        Assert.Empty((await Sandbox.DaemonRpcJsonAsync(1, "status", DaemonSandbox.Id, "--json")).GetProperty("daemons").EnumerateArray());
    }

    [Fact]
    public async Task Exit_code_tells_that_one_does_not_answer()
    {
        using WatchedProcess frozen = await Sandbox.FrozenAsync();

        JsonElement daemon = Assert.Single(
            (await Sandbox.DaemonRpcJsonAsync(3, "status", DaemonSandbox.Id, "--json", "--timeout", "0.2")).GetProperty("daemons").EnumerateArray());

        Assert.Equal(("notAnswering", true), (daemon.GetProperty("state").GetString(), daemon.GetProperty("isRunning").GetBoolean()));
        Assert.Contains($"process {frozen.Id}", daemon.GetProperty("problem").GetString(), StringComparison.Ordinal);
        frozen.Signal(LibC.Continue);
    }

    [Fact]
    public async Task Wrong_command_line_is_an_error_of_its_own()
    {
        _ = await Sandbox.DaemonRpcAsync(2, "status", "--no-such-option");
        _ = await Sandbox.DaemonRpcAsync(2, "status", "--timeout", "soon");
    }
}
