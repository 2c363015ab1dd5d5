using System.Buffers;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Server;

/// <summary>How many calls a daemon has wait while its handler is being made, which may take any time.</summary>
public sealed class WaitingForHandlerTests
{
    private const int MostBytes = 64 * 1024;

    private readonly DaemonOptions _options = new() { MaxFrameBytes = MostBytes, IdleTimeout = Timeout.InfiniteTimeSpan };

    [Fact]
    public async Task So_many_calls_wait_and_each_further_one_is_told()
    {
        using var server = new TestServer(_options, ready: false);
        using ScriptedPeer peer = await server.GreetAsync();
        for (uint id = 1; id <= TaskQueue.MostCalls + 2; id++)
        {
            peer.Say(FrameKind.Request, id, TestServer.Request());
        }

        await RefusedAsync(peer, TaskQueue.MostCalls + 1);
        await RefusedAsync(peer, TaskQueue.MostCalls + 2);

        // One that is cancelled makes room for another, and the first ones are still served first.
        peer.Say(FrameKind.Cancel, 2);
        Assert.Equal(2u, (await peer.HearAsync(FrameKind.Canceled)).CallId);
        peer.Say(FrameKind.Request, TaskQueue.MostCalls + 3, TestServer.Request());
        peer.Say(FrameKind.Request, TaskQueue.MostCalls + 4, TestServer.Request());
        await RefusedAsync(peer, TaskQueue.MostCalls + 4);
        server.Daemon.HandlerReady(server.Handler);
        Assert.Equal(1u, (await peer.HearAsync(FrameKind.Started)).CallId);
    }

    [Fact]
    public async Task What_waits_holds_so_many_bytes_and_not_more()
    {
        using var server = new TestServer(_options, ready: false);
        using ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, Request(MostBytes - 400));
        peer.Say(FrameKind.Request, 2, Request(401));
        await RefusedAsync(peer, 2);
        peer.Say(FrameKind.Request, 3, Request(400));
        peer.Say(FrameKind.Request, 4, Request(1));
        await RefusedAsync(peer, 4);

        // Those of a client that has gone do not count any more.
        peer.Leave();
        using ScriptedPeer other = await server.GreetAsync();
        uint id = 0;
        do
        {
            other.Say(FrameKind.Request, ++id, Request(MostBytes - 100));
            other.Say(FrameKind.StatusQuery, ++id);
        }
        while ((await other.HearAsync())!.Kind == FrameKind.Refusal && await other.HearAsync() is not null);
        server.Daemon.HandlerReady(server.Handler);
        _ = await other.HearAsync(FrameKind.Started);
        _ = await other.HearAsync(FrameKind.Result);
    }

    [Fact]
    public async Task Client_is_told_that_the_daemon_starts_and_too_many_wait()
    {
        using var daemon = new ScriptedDaemon();
        (SampleClient client, ScriptedPeer theirs) = await daemon.ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer peer = theirs;
        Task<string> calling = client.EchoAsync("x");
        uint id = (await peer.HearAsync(FrameKind.Request)).CallId;
        peer.Say(FrameKind.Refusal, id, new Refusal { Reason = RefusalReason.QueueFull, Status = new DaemonStatus { State = DaemonState.Starting, Sequence = 1, TasksFinished = 0 } }.Write);

        DaemonBusyException exception = await Assert.ThrowsAsync<DaemonBusyException>(() => calling);

        Assert.Equal("EchoAsync was refused: the daemon is still starting, and too many calls wait for it already. Try again later.", exception.Message);
    }

    private static Action<IBufferWriter<byte>> Request(int arguments) => output =>
    {
        TestServer.Request()(output);
        _ = output.GetSpan(arguments);
        output.Advance(arguments);
    };

    private static async Task RefusedAsync(ScriptedPeer peer, uint id)
    {
        HeardFrame heard = await peer.HearAsync(FrameKind.Refusal);
        var refusal = Refusal.Read(heard.Payload);
        Assert.Equal((id, RefusalReason.QueueFull, DaemonState.Starting), (heard.CallId, refusal.Reason, refusal.Status.State));
    }
}
