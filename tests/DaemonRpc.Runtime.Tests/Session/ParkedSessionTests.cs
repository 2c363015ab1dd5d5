using System.Runtime.InteropServices;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Session;

/// <summary>Connections over sockets that were silent for long enough to have lost their thread. What they then say is heard as ever.</summary>
public sealed class ParkedSessionTests : IDisposable
{
    // Longer than a connection may be silent and keep its thread. A slow machine may not have parked it by then: that is as right.
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(300);

    private readonly TestServer _server = new();
    private readonly List<SafeHandle> _handles = [];

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silent_client_is_heard_again(bool forCalls)
    {
        using ScriptedPeer peer = await GreetAsync(forCalls);
        for (uint id = 1; id < 4; id++)
        {
            await Patience.PassAsync(s_silence);
            peer.Say(FrameKind.StatusQuery, id);
            Assert.Equal(id, (await peer.HearAsync(FrameKind.Status)).CallId);
        }

        peer.Say(FrameKind.Request, 10, TestServer.Request());
        Assert.Equal(10u, (await peer.HearAsync(FrameKind.Result)).CallId);
    }

    [Fact]
    public async Task Client_that_has_called_and_is_silent_is_heard_again()
    {
        using ScriptedPeer peer = await GreetAsync(forCalls: true);
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        _ = await peer.HearAsync(FrameKind.Result);

        await Patience.PassAsync(s_silence);
        peer.Say(FrameKind.Request, 2, TestServer.Request());

        Assert.Equal(2u, (await peer.HearAsync(FrameKind.Result)).CallId);
    }

    [Fact]
    public async Task Frame_that_has_begun_is_read_on()
    {
        using ScriptedPeer peer = await GreetAsync(forCalls: false);
        byte[] frame = Framing.FrameReaderTests.Frame(FrameKind.StatusQuery, 1, []);
        foreach (byte part in frame)
        {
            peer.SayBytes(part);
            await Patience.PassAsync(s_silence / 2);
        }

        _ = await peer.HearAsync(FrameKind.Status);
    }

    [Fact]
    public async Task Silent_watcher_is_told_and_taken_off_when_it_leaves()
    {
        ScriptedPeer peer = await GreetAsync(forCalls: false);
        peer.Say(FrameKind.StatusQuery, 1, new StatusQuery(Watch: true).Write);
        _ = await peer.HearAsync(FrameKind.Status);
        await Patience.PassAsync(s_silence);

        using (ScriptedPeer caller = await GreetAsync(forCalls: true))
        {
            caller.Say(FrameKind.Request, 1, TestServer.Request());
            _ = await peer.HearAsync(FrameKind.Status);
        }

        await Patience.PassAsync(s_silence);
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
        await Patience.PassAsync(s_silence);

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

        await Patience.PassAsync(s_silence);
        peers.ForEach(peer => peer.Dispose());

        AllEnd();
    }

    [Fact]
    public async Task Daemon_that_leaves_ends_silent_connections()
    {
        using ScriptedPeer peer = await GreetAsync(forCalls: false);
        await Patience.PassAsync(s_silence);
        _server.Daemon.Close();
        _server.Daemon.Sessions.SayGoodbye(new Goodbye { Reason = GoodbyeReason.Idle }, Patience.Limit);
        _ = await peer.HearAsync(FrameKind.Goodbye);
        _server.Daemon.Sessions.CloseAll();

        Assert.Null(await peer.HearAsync());
        AllEnd();
    }

    // A session that has ended closes its channel, and that last.
    private void AllEnd() => Patience.Until(() => _handles.All(handle => handle.IsClosed));

    private async Task<ScriptedPeer> GreetAsync(bool forCalls)
    {
        (SocketChannel theirs, SocketChannel ours) = SocketChannels.Create();
        _handles.Add(ours.Handle);
        _server.Daemon.Accept(ours);
        var peer = new ScriptedPeer(theirs);
        peer.Say(FrameKind.Hello, 0, (TestServer.Hello with { ForCalls = forCalls }).Write);
        _ = await peer.HearAsync(FrameKind.Welcome);
        return peer;
    }
}
