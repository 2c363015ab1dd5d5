using System.Runtime.InteropServices;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Session;

/// <summary>Connections over sockets that have lost their thread, as they were silent. What they then say is heard as ever.</summary>
public sealed class ParkedSessionTests : IDisposable
{
    private readonly TestServer _server = new();
    private readonly ReaderThreads _threads = new();
    private readonly List<SafeHandle> _handles = [];

    public void Dispose()
    {
        _server.Dispose();
        _threads.Close();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silent_client_is_heard_again(bool forCalls)
    {
        using ScriptedPeer peer = await GreetAsync(forCalls);
        for (uint id = 1; id < 4; id++)
        {
            Parked(1);
            peer.Say(FrameKind.StatusQuery, id);
            Assert.Equal(id, (await peer.HearAsync(FrameKind.Status)).CallId);
        }

        Parked(1);
        peer.Say(FrameKind.Request, 10, TestServer.Request());
        Assert.Equal(10u, (await peer.HearAsync(FrameKind.Result)).CallId);
    }

    [Fact]
    public async Task Client_that_has_called_keeps_its_thread_however_silent()
    {
        using ScriptedPeer peer = await GreetAsync(forCalls: true);
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        _ = await peer.HearAsync(FrameKind.Result);

        await PassSilenceAsync();
        Assert.Equal(0, _threads.Parked.Count);
        peer.Say(FrameKind.Request, 2, TestServer.Request());

        Assert.Equal(2u, (await peer.HearAsync(FrameKind.Result)).CallId);
    }

    /// <remarks>While the call took long, another thread than the one that read it read on, and gave itself back when nothing came.</remarks>
    [Fact]
    public async Task Client_whose_call_took_long_keeps_a_thread_however_silent()
    {
        using var gate = new ManualResetEventSlim();
        _server.Handler.Run = (_, _, _) =>
        {
            gate.Wait(TestContext.Current.CancellationToken);
            return default;
        };
        using ScriptedPeer peer = await GreetAsync(forCalls: true);
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        await PassSilenceAsync();
        gate.Set();
        _ = await peer.HearAsync(FrameKind.Result);

        await PassSilenceAsync();
        Assert.Equal(0, _threads.Parked.Count);
    }

    [Fact]
    public async Task Client_in_the_middle_of_a_frame_keeps_its_thread_and_the_frame_is_read_on()
    {
        using ScriptedPeer peer = await GreetAsync(forCalls: false);
        byte[] frame = Framing.FrameReaderTests.Frame(FrameKind.StatusQuery, 1, []);
        Parked(1);
        peer.SayBytes(frame[..1]);
        Parked(0);

        await PassSilenceAsync();
        Assert.Equal(0, _threads.Parked.Count);
        peer.SayBytes(frame[1..]);

        _ = await peer.HearAsync(FrameKind.Status);
    }

    [Fact]
    public async Task Silent_watcher_is_told_and_taken_off_when_it_leaves()
    {
        ScriptedPeer peer = await GreetAsync(forCalls: false);
        peer.Say(FrameKind.StatusQuery, 1, new StatusQuery(Watch: true).Write);
        _ = await peer.HearAsync(FrameKind.Status);
        Parked(1);

        using (ScriptedPeer caller = await GreetAsync(forCalls: true))
        {
            caller.Say(FrameKind.Request, 1, TestServer.Request());
            _ = await peer.HearAsync(FrameKind.Status);
        }

        Parked(1);
        peer.Dispose();
        AllEnd();
    }

    [Fact]
    public async Task Client_whose_task_runs_may_be_silent_and_still_leave()
    {
        var entered = new TaskCompletionSource();
        var canceled = new TaskCompletionSource();
        _server.Handler.Run = async (_, _, token) =>
        {
            entered.SetResult();
            using CancellationTokenRegistration registration = token.Register(canceled.SetResult);
            await canceled.Task;
            token.ThrowIfCancellationRequested();
        };
        ScriptedPeer peer = await GreetAsync(forCalls: true);
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        await entered.Task.Soon();
        await PassSilenceAsync();

        peer.Dispose();

        await canceled.Task.Soon();
    }

    [Fact]
    public async Task Many_silent_clients_that_leave_at_once_are_forgotten()
    {
        List<ScriptedPeer> peers = [];
        for (int i = 0; i < 100; i++)
        {
            peers.Add(await GreetAsync(forCalls: false));
        }

        Parked(100);
        peers.ForEach(peer => peer.Dispose());

        AllEnd();
    }

    [Fact]
    public async Task Daemon_that_leaves_ends_silent_connections()
    {
        using ScriptedPeer peer = await GreetAsync(forCalls: false);
        Parked(1);
        _server.Daemon.Close();
        _server.Daemon.Sessions.SayGoodbye(new Goodbye { Reason = GoodbyeReason.Idle });
        _ = await peer.HearAsync(FrameKind.Goodbye);
        _server.Daemon.Sessions.CloseAll();

        Assert.Null(await peer.HearAsync());
        AllEnd();
    }

    private void Parked(int count) => Patience.Until(() => _threads.Parked.Count == count);

    // Longer than a connection may be silent and keep its thread.
    private static Task PassSilenceAsync() => Patience.PassAsync(2 * ReaderThreads.LongSilence);

    // A session that has ended closes its channel, and that last.
    private void AllEnd() => Patience.Until(() => _handles.All(handle => handle.IsClosed));

    private async Task<ScriptedPeer> GreetAsync(bool forCalls)
    {
        (SocketChannel theirs, SocketChannel ours) = SocketChannels.Create();
        _handles.Add(ours.Handle);
        var session = new ServerSession(ours, _server.Daemon, FrameLimits.Default, _threads);
        Assert.True(_server.Daemon.Sessions.TryAdd(session));
        session.Start();
        var peer = new ScriptedPeer(theirs);
        peer.Say(FrameKind.Hello, 0, (TestServer.Hello with { ForCalls = forCalls }).Write);
        _ = await peer.HearAsync(FrameKind.Welcome);
        return peer;
    }
}
