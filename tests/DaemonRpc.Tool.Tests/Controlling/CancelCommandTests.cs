using System.Text.Json;

namespace DaemonRpc.Tool.Tests.Controlling;

public sealed class CancelCommandTests : SandboxTests
{
    [Fact]
    public async Task Task_of_another_process_is_cancelled()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        Task holding = client.HoldAsync();
        _ = await client.Daemon.WhenHoldingAsync();

        Assert.Equal("HoldAsync was cancelled and has stopped.", Assert.Single(await Sandbox.DaemonRpcAsync(0, "cancel", DaemonSandbox.Id)));

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());
        Assert.Equal(CancelOutcome.Stopped, exception.Outcome);
    }

    [Fact]
    public async Task Task_that_does_not_obey_is_ended_by_force()
    {
        TestServiceClient client = await Sandbox.ReadyAsync("", "--grace", "50");
        Task spinning = client.SpinAsync();
        _ = await client.Daemon.WhenAsync(status => status.Message == "spinning");

        JsonElement daemon = Assert.Single((await Sandbox.DaemonRpcJsonAsync(0, "cancel", DaemonSandbox.Id, "--json")).GetProperty("daemons").EnumerateArray());

        Assert.Equal("forced", daemon.GetProperty("outcome").GetString());
        Assert.Equal(CancelOutcome.Forced, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime())).Outcome);
    }

    [Fact]
    public async Task Nothing_to_cancel_has_an_exit_code_of_its_own()
    {
        _ = await Sandbox.ReadyAsync();

        Assert.StartsWith("Nothing was cancelled", Assert.Single(await Sandbox.DaemonRpcAsync(1, "cancel", DaemonSandbox.Id)), StringComparison.Ordinal);
        _ = await Sandbox.DaemonRpcAsync(1, "cancel", "com.acme.nobody");
    }

    [Fact]
    public async Task Only_the_named_task_is_cancelled()
    {
        TestServiceClient client = await Sandbox.ReadyAsync();
        Task holding = client.HoldAsync();
        DaemonTask task = await client.Daemon.WhenHoldingAsync();

        _ = await Sandbox.DaemonRpcAsync(1, "cancel", DaemonSandbox.Id, "--task", (task.Id with { Number = task.Id.Number + 1 }).ToString());
        Assert.Equal(task.Id, (await client.Daemon.GetStatusAsync().InTime()).Task?.Id);

        _ = await Sandbox.DaemonRpcAsync(0, "cancel", DaemonSandbox.Id, "--task", task.Id.ToString());
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());
        _ = await Sandbox.DaemonRpcAsync(2, "cancel", DaemonSandbox.Id, "--task", "the second");
    }

    [Fact]
    public async Task Frozen_daemon_is_not_waited_for()
    {
        using WatchedProcess frozen = await Sandbox.FrozenAsync();

        string line = Assert.Single(await Sandbox.DaemonRpcAsync(3, "cancel", DaemonSandbox.Id, "--timeout", "0.2"));

        Assert.Contains($"stop {DaemonSandbox.Id} --force", line, StringComparison.Ordinal);
        frozen.Signal(LibC.Continue);
    }
}
