using DaemonRpc.Lifecycle;
using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Lifecycle;

public sealed class DaemonStopTests
{
    [Fact]
    public async Task Foreground_daemon_of_this_process_has_let_go_of_its_lock_when_it_was_stopped()
    {
        await using var daemon = new ForegroundDaemon();
        SampleClient client = await daemon.ConnectAsync();

        await client.Daemon.StopAsync().Soon();

        Assert.Equal(0, HolderOf(daemon));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Foreground_daemon_of_this_process_that_disposes_its_handler_is_waited_for()
    {
        await using var daemon = new ForegroundDaemon();
        var disposal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        daemon.Handler.Disposal = disposal.Task;
        SampleClient client = await daemon.ConnectAsync();
        Assert.Equal("a", await client.EchoAsync("a"));
        Task first = client.Daemon.StopAsync().Soon();
        Patience.Until(() => daemon.Handler.Disposals == 1);
        Assert.Null(await DaemonControl.FindAsync(SampleDispatcher.Contract.Id, null, daemon.Folder).Soon());
        Assert.Equal(Environment.ProcessId, HolderOf(daemon));

        Task<int> second = StopAsync(daemon);
        disposal.SetResult();

        // Not before it had let go.
        Assert.Equal(0, await second);
        await first;
        Assert.Equal(0, await daemon.ExitCode.Soon());
        await client.DisposeAsync();
    }

    /// <summary>Returns who holds the life lock the moment the stop returns.</summary>
    private static async Task<int> StopAsync(ForegroundDaemon daemon)
    {
        await DaemonControl.StopAsync(SampleDispatcher.Contract.Id, runtimeDirectory: daemon.Folder).Soon();
        return HolderOf(daemon);
    }

    private static int HolderOf(ForegroundDaemon daemon) =>
        RecordLock.Probe(new DaemonAddress(SampleDispatcher.Contract.Id, "", daemon.Folder).LifeLockPath);
}
