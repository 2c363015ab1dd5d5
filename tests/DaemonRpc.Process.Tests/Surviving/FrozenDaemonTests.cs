namespace DaemonRpc.Process.Tests.Surviving;

public sealed class FrozenDaemonTests : SandboxTests
{
    [Fact]
    public async Task Frozen_daemon_can_be_stopped_and_its_journal_read_without_a_handle()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        daemon.Signal(LibC.Stop);

        await DaemonControl.StopAsync(DaemonSandbox.Id, force: true, runtimeDirectory: Sandbox.RuntimeDirectory).InTime();

        Assert.True(daemon.HasEnded);
        Assert.Equal(daemon.Id, Assert.Single(await DaemonControl.ReadJournalAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime()).ProcessId);
    }

    [Fact]
    public async Task Frozen_daemon_is_ended_by_a_forced_stop()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);
        daemon.Signal(LibC.Stop);

        await client.Daemon.StopAsync(force: true).InTime();

        Assert.True(daemon.HasEnded);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.NotEqual(daemon.Id, client.Daemon.ProcessId);
    }
}
