using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests;

public sealed class DaemonHandleTests : IDaemonDialer, IDisposable
{
    private readonly ManualResetEventSlim _mayDial = new(true);
    private readonly ScriptedPeer _daemon;
    private readonly IByteChannel _client;
    private bool _untilGoodbye;

    public DaemonHandleTests()
    {
        (_client, IByteChannel daemon) = InMemoryPair.Create();
        _daemon = new ScriptedPeer(daemon);
    }

    public void Dispose()
    {
        _mayDial.Dispose();
        _daemon.Dispose();
    }

    ClientSession? IDaemonDialer.TryOpen(Hello hello, Deadline deadline)
    {
        Assert.True(_mayDial.Wait(Patience.Limit));
        ClientSession session = ClientSession.Open(_client, hello, Patience.Limit, out _)!;
        if (_untilGoodbye)
        {
            session.StartReading();
            Patience.Until(() => !session.IsOpen);
        }

        return session;
    }

    [Fact]
    public async Task Watch_of_a_daemon_that_says_goodbye_at_once_says_that_none_runs()
    {
        _untilGoodbye = true;
        _daemon.Say(FrameKind.Welcome, 0, new Welcome().Write);
        _daemon.Say(FrameKind.Goodbye, 0, new Goodbye { Reason = GoodbyeReason.Stopping }.Write);
        Task<List<DaemonStatus>> watching = Handle().WatchStatusAsync().ToListAsync().AsTask();
        _ = await _daemon.HearAsync(FrameKind.Hello);
        _daemon.Leave();

        Assert.False((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => watching.Soon())).MayHaveRun);
    }

    [Fact]
    public async Task Question_that_was_given_up_leaves_no_connection()
    {
        _mayDial.Reset();
        using var cancel = new CancellationTokenSource();
        Task asking = Handle().GetStatusAsync(cancel.Token);
        await cancel.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.Soon());

        _daemon.Say(FrameKind.Welcome, 0, new Welcome().Write);
        _mayDial.Set();

        _ = await _daemon.HearAsync(FrameKind.Hello);
        Assert.Null(await _daemon.HearAsync());
    }

    [Fact]
    public async Task Daemon_that_lets_a_client_in_and_then_says_nothing_is_unresponsive()
    {
        _daemon.Say(FrameKind.Welcome, 0, new Welcome().Write);

        DaemonUnresponsiveException exception =
            await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => Handle(TimeSpan.FromMilliseconds(50)).GetStatusAsync().Soon());

        Assert.Contains("0.05 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_that_does_not_answer_a_stop_is_unresponsive()
    {
        _daemon.Say(FrameKind.Welcome, 0, new Welcome().Write);

        _ = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => Handle(TimeSpan.FromMilliseconds(50)).StopAsync().Soon());
    }

    private DaemonHandle Handle(TimeSpan? limit = null) => new(this, DaemonAddress.InProcess("id"), limit ?? Patience.Limit, new Welcome(), DaemonOrigin.Reused, "");
}
