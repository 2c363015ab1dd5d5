using System.Text.Json;

namespace DaemonRpc.Tool.Tests.Telling;

public sealed class WhyTests : SandboxTests
{
    [Fact]
    public async Task Killed_daemon_left_without_a_word_and_its_log_is_shown()
    {
        int killed = await Sandbox.KilledAsync();

        IReadOnlyList<string> lines = await Sandbox.DaemonRpcAsync(0, "why", DaemonSandbox.Id);

        Assert.Equal(DaemonSandbox.Id, lines[0]);
        Assert.Contains($"Process {killed} began to serve, started by process {Environment.ProcessId}. None was running.", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"Now none runs. Process {killed} left without a word", lines[2], StringComparison.Ordinal);
        Assert.Contains(lines.Skip(3), line => line.Contains($"(process {killed}, ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Story_goes_on_with_the_next_daemon_and_its_end()
    {
        int killed = await Sandbox.KilledAsync();
        TestServiceClient client = await Sandbox.ReadyAsync();
        int next = client.Daemon.ProcessId;

        IReadOnlyList<string> lines = await Sandbox.DaemonRpcAsync(0, "why", DaemonSandbox.Id);

        Assert.Contains(lines, line => line.Contains($"Process {killed} was found to have vanished.", StringComparison.Ordinal));
        Assert.Equal($"Now process {next} runs: Ready.", lines[^1]);

        ToolProcess stop = await Sandbox.StartDaemonRpc("stop", DaemonSandbox.Id).EndedAsync();
        lines = await Sandbox.DaemonRpcAsync(0, "why", DaemonSandbox.Id);

        Assert.Contains(
            lines, line => line.Contains($"Process {next} stopped after ", StringComparison.Ordinal) && line.Contains($"asked by process {stop.Id}", StringComparison.Ordinal));
        Assert.StartsWith("Now none runs, for ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_journal()
    {
        int killed = await Sandbox.KilledAsync();

        JsonElement root = await Sandbox.DaemonRpcJsonAsync(0, "why", DaemonSandbox.Id, "--json");

        Assert.Equal(["schema", "id", "instance", "isRunning", "entries"], root.FieldNames());
        Assert.False(root.GetProperty("isRunning").GetBoolean());
        JsonElement entry = Assert.Single(root.GetProperty("entries").EnumerateArray());
        Assert.Equal(["at", "event", "processId", "byProcessId", "buildTimestamp", "reason"], entry.FieldNames());
        Assert.Equal(("started", killed), (entry.GetProperty("event").GetString(), entry.GetProperty("processId").GetInt32()));
    }

    [Fact]
    public async Task Frozen_daemon_is_told_of_too()
    {
        using WatchedProcess frozen = await Sandbox.FrozenAsync();

        Assert.Contains(
            $"Now process {frozen.Id} runs: not answering.", (await Sandbox.DaemonRpcAsync(0, "why", DaemonSandbox.Id, "--timeout", "0.2"))[^1], StringComparison.Ordinal);
        frozen.Signal(LibC.Continue);
    }

    [Fact]
    public async Task Nothing_is_known_of_a_daemon_that_never_ran() =>
        Assert.Contains("'com.acme.nobody'", Assert.Single(await Sandbox.DaemonRpcAsync(1, "why", "com.acme.nobody")), StringComparison.Ordinal);
}
