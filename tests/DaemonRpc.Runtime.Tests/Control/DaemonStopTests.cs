using DaemonRpc.Control;
using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Control;

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

    [Fact]
    public async Task Daemon_that_hands_over_in_its_process_instead_is_asked_anew()
    {
        (IByteChannel client, IByteChannel end) = InMemoryPair.Create();
        using var daemon = new ScriptedPeer(end);
        // Its process is this one, which does not end.
        daemon.Say(FrameKind.Welcome, 0, new Welcome { LogPath = "log" }.Write);
        ClientSession session = ClientSession.Open(client, TestServer.Hello, Patience.Limit, out _)!;
        session.StartReading();
        Queue<ClientSession?> sessions = new([session, null]);
        Task<ClientSession?> OpenAsync(TimeSpan limit, CancellationToken cancellationToken) => Task.FromResult(sessions.Dequeue());
        Task stopping = new DaemonStop(DaemonAddress.InProcess("id"), OpenAsync, Patience.Limit).RunAsync(force: false, CancellationToken.None);
        _ = await daemon.HearAsync(FrameKind.Hello);
        _ = await daemon.HearAsync(FrameKind.Stop);

        daemon.Say(FrameKind.Goodbye, 0, new Goodbye { Reason = GoodbyeReason.Forced, HandsOver = true }.Write);
        daemon.Leave();

        await stopping.Soon();
        Assert.Empty(sessions);
    }

    /// <summary>Returns who holds the instance lock the moment the stop returns.</summary>
    private static async Task<int> StopAsync(ForegroundDaemon daemon)
    {
        await DaemonControl.StopAsync(SampleDispatcher.Contract.Id, runtimeDirectory: daemon.Folder).Soon();
        return HolderOf(daemon);
    }

    private static int HolderOf(ForegroundDaemon daemon) =>
        InstanceLock.Probe(new DaemonAddress(SampleDispatcher.Contract.Id, "", daemon.Folder).InstanceLockPath).ProcessId;
}
