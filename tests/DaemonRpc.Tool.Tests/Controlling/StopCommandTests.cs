using System.Text.Json;

namespace DaemonRpc.Tool.Tests.Controlling;

public sealed class StopCommandTests : SandboxTests
{
    [Fact]
    public async Task Daemon_is_stopped_and_has_gone()
    {
        using WatchedProcess daemon = await StartedAsync("");

        Assert.Equal($"Stopped '{DaemonSandbox.Id}' (process {daemon.Id}).", Assert.Single(await Sandbox.DaemonRpcAsync(0, "stop", DaemonSandbox.Id)));

        Assert.True(daemon.HasEnded);
        _ = await Sandbox.DaemonRpcAsync(1, "stop", DaemonSandbox.Id);
    }

    [Fact]
    public async Task Of_several_instances_one_must_be_named()
    {
        using WatchedProcess one = await StartedAsync("one");
        using WatchedProcess two = await StartedAsync("two");

        Assert.Contains("'one', 'two'", Assert.Single(await Sandbox.DaemonRpcAsync(2, "stop", DaemonSandbox.Id)), StringComparison.Ordinal);
        Assert.False(one.HasEnded || two.HasEnded);

        _ = await Sandbox.DaemonRpcAsync(0, "stop", DaemonSandbox.Id, "--instance", "two");
        Assert.True(two.HasEnded);
        Assert.False(one.HasEnded);
    }

    [Fact]
    public async Task All_are_stopped_on_request_and_never_by_mistake()
    {
        using WatchedProcess one = await StartedAsync("one");
        using WatchedProcess two = await StartedAsync("two");

        _ = await Sandbox.DaemonRpcAsync(2, "stop");
        Assert.False(one.HasEnded || two.HasEnded);

        JsonElement root = await Sandbox.DaemonRpcJsonAsync(0, "stop", "--all", "--json");

        Assert.True(one.HasEnded && two.HasEnded);
        Assert.Equal(
            new[] { one.Id, two.Id }.Order(), root.GetProperty("daemons").EnumerateArray().Select(daemon => daemon.GetProperty("processId").GetInt32()).Order());
        Assert.All(root.GetProperty("daemons").EnumerateArray(), daemon => Assert.Equal(["id", "instance", "processId", "isStopped", "problem"], daemon.FieldNames()));
        _ = await Sandbox.DaemonRpcAsync(1, "stop", "--all");
    }

    [Fact]
    public async Task Busy_daemon_is_spared_among_the_idle_ones()
    {
        TestServiceClient busy = await Sandbox.ReadyAsync();
        using WatchedProcess idle = await StartedAsync("idle");
        using WatchedProcess spared = WatchedProcess.Of(busy.Daemon.ProcessId);
        Task holding = busy.HoldAsync();
        _ = await busy.Daemon.WhenHoldingAsync();

        _ = Assert.Single(await Sandbox.DaemonRpcAsync(0, "stop", "--idle"));

        Assert.True(idle.HasEnded);
        Assert.False(spared.HasEnded);
        _ = await Sandbox.DaemonRpcAsync(1, "stop", "--idle");
        _ = await busy.Daemon.CancelAsync().InTime();
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());
    }

    [Fact]
    public async Task Busy_daemon_stops_when_its_task_has_finished()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        Task holding = client.HoldUntilAsync(Sandbox["enough"]);
        _ = await client.Daemon.WhenHoldingAsync();

        ToolProcess stop = Sandbox.StartDaemonRpc("stop", DaemonSandbox.Id);
        _ = await stop.LineAsync(line => line.Contains("stops when HoldUntilAsync", StringComparison.Ordinal));
        _ = await client.Daemon.WhenAsync(status => status.State == DaemonState.Stopping);
        Assert.False(daemon.HasEnded);
        await File.WriteAllTextAsync(Sandbox["enough"], "");

        await holding.InTime();
        _ = await stop.EndedAsync();
        Assert.True(daemon.HasEnded);
    }

    [Fact]
    public async Task Frozen_daemon_is_ended_only_by_force()
    {
        using WatchedProcess frozen = await StartedAsync("");
        await frozen.FreezeAsync();

        Assert.Contains("--force", Assert.Single(await Sandbox.DaemonRpcAsync(3, "stop", DaemonSandbox.Id, "--timeout", "0.2")), StringComparison.Ordinal);
        Assert.False(frozen.HasEnded);

        _ = await Sandbox.DaemonRpcAsync(0, "stop", DaemonSandbox.Id, "--force", "--timeout", "0.2");
        Assert.True(frozen.HasEnded);
    }

    private async Task<WatchedProcess> StartedAsync(string instance) => WatchedProcess.Of((await Sandbox.ReadyAsync(instance)).Daemon.ProcessId);
}
