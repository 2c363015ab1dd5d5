using System.Text.Json;

namespace DaemonRpc.Tool.Tests.Watching;

public sealed class WatchTests : SandboxTests
{
    [Fact]
    public async Task Changes_come_as_lines_until_the_daemon_has_gone()
    {
        TestServiceClient client = await Sandbox.ReadyAsync("one");
        ToolProcess watch = Sandbox.StartDaemonRpc("watch", DaemonSandbox.Id);
        _ = await watch.LineAsync(line => Field(line, 4) == "ready");

        Task holding = client.HoldAsync();
        string busy = await watch.LineAsync(line => Field(line, 6) == "holding");
        Assert.Equal([DaemonSandbox.Id, "one", $"{client.Daemon.ProcessId}", "busy", "50 %", "holding", $"HoldAsync for {Environment.ProcessId}"], busy.Split('\t')[1..]);
        _ = await client.Daemon.CancelAsync().InTime();
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());
        await client.Daemon.StopAsync().InTime();

        _ = await watch.EndedAsync();
        Assert.Equal("gone", Field(watch.Lines[^1], 4));
    }

    [Fact]
    public async Task Daemons_that_come_later_are_watched_too_and_a_frozen_one_hides_none()
    {
        using WatchedProcess frozen = await Sandbox.FrozenAsync("frozen");
        ToolProcess watch = Sandbox.StartDaemonRpc("watch", "--timeout", "0.2");
        _ = await watch.LineAsync(line => Field(line, 2) == "frozen" && Field(line, 4) == "not answering");

        TestServiceClient later = await Sandbox.ReadyAsync("later");
        _ = await watch.LineAsync(line => Field(line, 3) == $"{later.Daemon.ProcessId}" && Field(line, 4) == "ready");
        frozen.Signal(LibC.Continue);
        _ = await watch.LineAsync(line => Field(line, 3) == $"{frozen.Id}" && Field(line, 4) == "ready");

        await frozen.FreezeAsync();
        _ = await watch.LineAsync(line => watch.Lines.Count(other => Field(other, 2) == "frozen" && Field(other, 4) == "not answering") == 2);
        await frozen.KillAsync();
        _ = await watch.LineAsync(line => Field(line, 3) == $"{frozen.Id}" && Field(line, 4) == "gone");

        watch.Signal(LibC.Interrupt);
        _ = await watch.EndedAsync();
    }

    [Fact]
    public async Task Successor_after_force_is_the_same_row_and_json_has_a_line_for_each_change()
    {
        TestServiceClient client = await Sandbox.ReadyAsync("", "--grace", "50");
        ToolProcess watch = Sandbox.StartDaemonRpc("watch", DaemonSandbox.Id, "--json");
        Task spinning = client.SpinAsync();
        _ = await watch.LineAsync(line => line.Contains("\"message\":\"spinning\"", StringComparison.Ordinal));

        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime());
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        _ = await watch.LineAsync(line => line.Contains("\"tasksFinished\":1", StringComparison.Ordinal) && Property(line, "state") == "ready");
        await client.Daemon.StopAsync().InTime();

        _ = await watch.EndedAsync();
        Assert.All(watch.Lines, line => Assert.Equal(1, JsonDocument.Parse(line).RootElement.GetProperty("schema").GetInt32()));
        Assert.Equal(
            ["schema", "at", "id", "instance", "processId", "state", "message", "progress", "task", "yieldedTasks", "waiting", "tasksFinished"],
            JsonDocument.Parse(watch.Lines[0]).RootElement.FieldNames());
        Assert.Equal(1, watch.Lines.Count(line => Property(line, "state") == "gone"));
    }

    [Fact]
    public async Task Nothing_to_watch_has_an_exit_code() => _ = await Sandbox.DaemonRpcAsync(1, "watch", "com.acme.nobody");

    [Fact]
    public async Task Terminal_shows_a_bar_and_the_end()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        Task holding = client.HoldAsync();
        _ = await client.Daemon.WhenHoldingAsync();

        ToolProcess watch = Sandbox.StartInTerminal($"exec $TOOL watch {DaemonSandbox.Id} --timeout 60");

        // The last row of a live table ends only when the table is drawn again.
        _ = await watch.LineAsync(line => line.Contains("PROGRESS", StringComparison.Ordinal));
        _ = await client.Daemon.CancelAsync().InTime();
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());
        await client.Daemon.StopAsync().InTime();

        _ = await watch.EndedAsync();
        Assert.Contains(watch.Lines, line => line.Contains("██████████░░░░░░░░░░ 50 %", StringComparison.Ordinal));
        Assert.Contains(watch.Lines, line => line.Contains("No daemon runs.", StringComparison.Ordinal));
    }

    private static string Field(string line, int index) => line.Split('\t') is { } fields && index < fields.Length ? fields[index] : "";

    private static string? Property(string line, string name) => JsonDocument.Parse(line).RootElement.GetProperty(name).GetString();
}
