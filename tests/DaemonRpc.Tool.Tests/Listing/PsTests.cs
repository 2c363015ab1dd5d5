using System.Text.Json;

namespace DaemonRpc.Tool.Tests.Listing;

public sealed class PsTests : SandboxTests
{
    private static readonly string[] s_columns = ["ID", "INSTANCE", "PID", "STATE", "TASK", "MESSAGE", "WAITING", "BUILD", "UPTIME", "MEMORY"];

    [Fact]
    public async Task Each_daemon_has_a_line_of_columns_separated_by_tabs()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        TestServiceClient other = await Sandbox.ReadyAsync("two words");
        Task holding = client.HoldAsync(TestContext.Current.CancellationToken);
        _ = await client.Daemon.WhenAsync(status => status.Message == "holding");

        IReadOnlyList<string> lines = await Sandbox.DaemonRpcAsync(0, "ps");

        Assert.Equal(s_columns, lines[0].Split('\t'));
        string[] busy = Row(lines, client.Daemon.ProcessId);
        Assert.Equal([DaemonSandbox.Id, "", "busy", $"HoldAsync for {Environment.ProcessId}"], [busy[0], busy[1], busy[3], busy[4]]);
        Assert.EndsWith("holding", busy[5], StringComparison.Ordinal);
        Assert.EndsWith("iB", busy[9], StringComparison.Ordinal);
        string[] ready = Row(lines, other.Daemon.ProcessId);
        Assert.Equal([DaemonSandbox.Id, "two words", "ready", ""], [ready[0], ready[1], ready[3], ready[4]]);
        Assert.Equal(3, lines.Count);
        Assert.DoesNotContain(lines, line => line.Contains('\e', StringComparison.Ordinal));
        _ = await client.Daemon.CancelAsync().InTime();
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());
    }

    [Fact]
    public async Task Frozen_daemon_delays_no_line_of_the_others()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        using WatchedProcess frozen = await Sandbox.FrozenAsync("frozen");

        // The tool cannot end before the frozen daemon goes on, which it does only after the other's line has come.
        ToolProcess ps = Sandbox.StartDaemonRpc("ps", "--timeout", "3600");
        _ = await ps.LineAsync(line => line.Contains($"\t{client.Daemon.ProcessId}\tready", StringComparison.Ordinal));
        Assert.DoesNotContain(ps.Lines, line => line.Contains($"\t{frozen.Id}\t", StringComparison.Ordinal));
        frozen.Signal(LibC.Continue);

        _ = await ps.LineAsync(line => line.Contains($"\t{frozen.Id}\tready", StringComparison.Ordinal));
        _ = await ps.EndedAsync();
    }

    [Fact]
    public async Task Frozen_daemon_is_listed_as_not_answering_with_its_name_and_process()
    {
        using WatchedProcess frozen = await Sandbox.FrozenAsync("frozen");

        IReadOnlyList<string> lines = await Sandbox.DaemonRpcAsync(0, "ps", "--timeout", "0.2");

        string[] row = Row(lines, frozen.Id);
        Assert.Equal([DaemonSandbox.Id, "frozen", "not answering"], [row[0], row[1], row[3]]);
        Assert.Contains("did not answer within 0.2 s", row[5], StringComparison.Ordinal);
        frozen.Signal(LibC.Continue);
    }

    [Fact]
    public async Task Json_has_the_fields_of_its_schema()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        Task holding = client.HoldAsync(TestContext.Current.CancellationToken);
        DaemonTask task = await client.Daemon.WhenHoldingAsync();

        JsonElement root = await Sandbox.DaemonRpcJsonAsync(0, "ps", "--json");

        Assert.Equal(["schema", "runtimeDirectory", "daemons"], root.FieldNames());
        JsonElement daemon = Assert.Single(root.GetProperty("daemons").EnumerateArray());
        Assert.Equal(
            [
                "id", "instance", "processId", "isRunning", "state", "message", "progress", "task", "yieldedTasks", "waiting", "tasksFinished",
                "buildTimestamp", "startedAt", "memoryBytes", "logPath", "problem", "protocolMismatch",
            ],
            daemon.FieldNames());
        Assert.Equal(["id", "method", "startedAt", "clientProcessId", "awaitedAnswer"], daemon.GetProperty("task").FieldNames());
        Assert.Equal(task.Id.ToString(), daemon.GetProperty("task").GetProperty("id").GetString());
        Assert.Equal("busy", daemon.GetProperty("state").GetString());
        Assert.Equal(client.Daemon.BuildTimestamp, daemon.GetProperty("buildTimestamp").GetDateTimeOffset());
        Assert.Equal(client.Daemon.LogPath, daemon.GetProperty("logPath").GetString());
        _ = await client.Daemon.CancelAsync().InTime();
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());
    }

    [Fact]
    public async Task Daemons_of_another_build_and_of_another_protocol_are_listed()
    {
        _ = await Sandbox.Start(TestProgram.Older, "connect").EndedAsync();
        await using var foreign = new ForeignDaemon(Sandbox.RuntimeDirectory);

        JsonElement[] daemons = [.. (await Sandbox.DaemonRpcJsonAsync(0, "ps", "--json")).GetProperty("daemons").EnumerateArray()];

        Assert.Equal(2, daemons.Length);
        JsonElement older = daemons.Single(daemon => daemon.GetProperty("id").GetString() == DaemonSandbox.Id);
        Assert.Equal(2001, older.GetProperty("buildTimestamp").GetDateTimeOffset().Year);
        JsonElement later = daemons.Single(daemon => daemon.GetProperty("id").GetString() == ForeignDaemon.Id);
        Assert.Equal(("ready", "of another protocol"), (later.GetProperty("state").GetString(), later.GetProperty("message").GetString()));
        Assert.Contains("version 99", later.GetProperty("protocolMismatch").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_started_or_made_where_no_daemon_ever_ran()
    {
        IReadOnlyList<string> lines = await Sandbox.DaemonRpcAsync(0, "ps");

        Assert.Contains($"error: No daemon runs in '{Sandbox.RuntimeDirectory}'.", lines);
        Assert.False(Directory.Exists(Sandbox.RuntimeDirectory));
    }

    [Fact]
    public async Task Daemon_that_has_ended_is_listed_only_among_all()
    {
        TestServiceClient client = await Sandbox.ReadyAsync("gone");
        await client.Daemon.StopAsync().InTime();

        Assert.DoesNotContain(await Sandbox.DaemonRpcAsync(0, "ps"), line => line.Contains("gone", StringComparison.Ordinal));
        string[] row = (await Sandbox.DaemonRpcAsync(0, "ps", "--all"))[1].Split('\t');
        Assert.Equal([DaemonSandbox.Id, "gone", "", "ended"], row[..4]);
    }

    [Fact]
    public async Task Directory_that_is_open_to_others_is_refused_with_its_mend()
    {
        _ = Directory.CreateDirectory(Sandbox.RuntimeDirectory, (UnixFileMode)0b111_101_101);

        string line = Assert.Single(await Sandbox.DaemonRpcAsync(4, "ps", "--json"), line => line.StartsWith("error: ", StringComparison.Ordinal));

        Assert.Contains($"chmod 700 '{Sandbox.RuntimeDirectory}'", line, StringComparison.Ordinal);
    }

    private static string[] Row(IReadOnlyList<string> lines, int processId) =>
        Assert.Single(lines, line => line.Contains($"\t{processId}\t", StringComparison.Ordinal)).Split('\t');
}
