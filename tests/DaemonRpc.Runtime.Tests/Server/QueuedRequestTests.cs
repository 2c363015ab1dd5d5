using DaemonRpc.Framing;
using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Server;

/// <summary>What the daemon tells clients whose calls wait for the running task.</summary>
public sealed class QueuedRequestTests : IDisposable
{
    private readonly TestServer _server = new();
    private readonly SemaphoreSlim _end = new(0);

    public QueuedRequestTests() => _server.Handler.Run = async (method, reply, cancellationToken) =>
    {
        await _end.WaitAsync(cancellationToken);
        _ = reply.BeginResult();
    };

    public void Dispose()
    {
        _server.Dispose();
        _end.Dispose();
    }

    [Fact]
    public async Task Waiting_call_is_told_so_then_that_it_begins_then_its_result()
    {
        using ScriptedPeer owner = await BeginAsync();
        using ScriptedPeer waiter = await WaitAsync();

        _ = _end.Release();

        Assert.Equal(1u, (await owner.HearAsync(FrameKind.Result)).CallId);
        Assert.Equal(1u, (await waiter.HearAsync(FrameKind.Started)).CallId);
        _ = _end.Release();
        Assert.Equal(1u, (await waiter.HearAsync(FrameKind.Result)).CallId);
    }

    [Fact]
    public async Task Call_of_a_client_that_does_not_wait_is_refused_also_while_others_do()
    {
        using ScriptedPeer owner = await BeginAsync();
        using ScriptedPeer waiter = await WaitAsync();
        using ScriptedPeer other = await _server.GreetAsync();
        other.Say(FrameKind.Request, 1, TestServer.Request());

        var refusal = Refusal.Read((await other.HearAsync(FrameKind.Refusal)).Payload);

        Assert.Equal((RefusalReason.Busy, 1), (refusal.Reason, refusal.Status.Waiting));
    }

    [Fact]
    public async Task Call_that_is_made_again_waits_for_what_is_left_and_not_for_what_the_hello_said()
    {
        using ScriptedPeer owner = await BeginAsync();
        using ScriptedPeer waiter = await _server.GreetAsync(busyWait: 3_600_000);
        waiter.Say(FrameKind.Request, 1, TestServer.Request(wait: 10));
        _ = await waiter.HearAsync(FrameKind.Queued);

        var refusal = Refusal.Read((await waiter.HearAsync(FrameKind.Refusal)).Payload);

        Assert.Equal((RefusalReason.WaitedTooLong, "Method1"), (refusal.Reason, refusal.Status.Task?.Method));
        waiter.Say(FrameKind.Request, 2, TestServer.Request(wait: 0));
        Assert.Equal(RefusalReason.Busy, Refusal.Read((await waiter.HearAsync(FrameKind.Refusal)).Payload).Reason);
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public async Task Any_number_is_a_wait(long wait)
    {
        using ScriptedPeer owner = await BeginAsync();
        using ScriptedPeer waiter = await _server.GreetAsync(wait);
        waiter.Say(FrameKind.Request, 1, TestServer.Request());

        _ = await waiter.HearAsync(FrameKind.Queued);
    }

    [Fact]
    public async Task Cancelled_call_leaves_the_line_and_never_started()
    {
        using ScriptedPeer owner = await BeginAsync();
        using ScriptedPeer waiter = await WaitAsync();

        waiter.Say(FrameKind.Cancel, 1);

        Assert.Equal(CancelOutcome.NeverStarted, CancelReply.Read((await waiter.HearAsync(FrameKind.Canceled)).Payload).Outcome);
        Assert.Equal(0, _server.Daemon.Board.Current.Waiting);
        _ = _end.Release();
        _ = await owner.HearAsync(FrameKind.Result);
        Assert.Equal(DaemonState.Ready, _server.Daemon.Board.Current.State);
    }

    [Fact]
    public async Task Client_that_goes_takes_its_calls_out_of_the_line()
    {
        using ScriptedPeer owner = await BeginAsync();
        using (ScriptedPeer waiter = await WaitAsync())
        {
            waiter.Say(FrameKind.Request, 2, TestServer.Request());
            _ = await waiter.HearAsync(FrameKind.Queued);
        }

        using ScriptedPeer next = await WaitAsync();
        Patience.Until(() => _server.Daemon.Board.Current.Waiting == 1);

        _ = _end.Release();
        _ = await next.HearAsync(FrameKind.Started);
    }

    [Fact]
    public async Task Call_does_not_wait_for_a_stream_of_its_own_connection()
    {
        using ScriptedPeer peer = await _server.GreetAsync(busyWait: -1);
        peer.Say(FrameKind.Request, 1, TestServer.Request(credit: 1000));
        peer.Say(FrameKind.Request, 2, TestServer.Request());

        HeardFrame refused = await peer.HearAsync(FrameKind.Refusal);

        Assert.Equal((2u, RefusalReason.OwnStream), (refused.CallId, Refusal.Read(refused.Payload).Reason));
    }

    [Fact]
    public async Task Call_waits_for_another_call_of_its_own_connection_which_ends_by_itself()
    {
        using ScriptedPeer peer = await _server.GreetAsync(busyWait: -1);
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        peer.Say(FrameKind.Request, 2, TestServer.Request());
        Assert.Equal(2u, (await peer.HearAsync(FrameKind.Queued)).CallId);

        _ = _end.Release(2);

        // Its turn comes in the same step that ends the one before.
        Assert.Equal(2u, (await peer.HearAsync(FrameKind.Started)).CallId);
        HeardFrame[] results = [await peer.HearAsync(FrameKind.Result), await peer.HearAsync(FrameKind.Result)];
        Assert.Equal([1u, 2u], results.Select(result => result.CallId).Order());
    }

    [Fact]
    public async Task Watcher_is_told_how_many_wait_and_its_own_place()
    {
        using ScriptedPeer owner = await BeginAsync();
        using ScriptedPeer waiter = await WaitAsync();
        waiter.Say(FrameKind.StatusQuery, 2);

        DaemonStatus status = StatusMessage.Read((await waiter.HearAsync(FrameKind.Status)).Payload);

        // Both ends are in this process, and so every waiter is its own.
        Assert.Equal((1, 1), (status.Waiting, status.Position));
    }

    [Fact]
    public async Task Those_who_wait_when_the_daemon_leaves_are_told_to_wait_for_its_end()
    {
        using ScriptedPeer owner = await BeginAsync();
        using ScriptedPeer waiter = await WaitAsync();

        _server.Daemon.Shutdown.Begin(GoodbyeReason.Stopping, "Leaving.");

        var refusal = Refusal.Read((await waiter.HearAsync(FrameKind.Refusal)).Payload);
        Assert.Equal((RefusalReason.Busy, DaemonState.Stopping, 0), (refusal.Reason, refusal.Status.State, refusal.Status.Waiting));
        waiter.Say(FrameKind.Request, 2, TestServer.Request());
        Assert.Equal(RefusalReason.Busy, Refusal.Read((await waiter.HearAsync(FrameKind.Refusal)).Payload).Reason);
        _ = _end.Release();
        _ = await owner.HearAsync(FrameKind.Result);
        waiter.Say(FrameKind.Request, 3, TestServer.Request());
        Assert.Equal(RefusalReason.Stopping, Refusal.Read((await waiter.HearAsync(FrameKind.Refusal)).Payload).Reason);
    }

    [Fact]
    public async Task Calls_that_came_before_the_handler_was_made_are_queued_in_their_order()
    {
        using var server = new TestServer(ready: false);
        server.Handler.Run = _server.Handler.Run;
        using ScriptedPeer peer = await server.GreetAsync(busyWait: -1);
        for (uint call = 1; call <= 3; call++)
        {
            peer.Say(FrameKind.Request, call, TestServer.Request());
        }

        peer.Say(FrameKind.StatusQuery, 4);
        _ = await peer.HearAsync(FrameKind.Status);
        server.Daemon.HandlerReady(server.Handler);

        Assert.Equal(1u, (await peer.HearAsync(FrameKind.Started)).CallId);
        Assert.Equal(2u, (await peer.HearAsync(FrameKind.Queued)).CallId);
        Assert.Equal(3u, (await peer.HearAsync(FrameKind.Queued)).CallId);
        for (uint call = 2; call <= 3; call++)
        {
            _ = _end.Release();
            Assert.Equal(call, (await peer.HearAsync(FrameKind.Started)).CallId);
            Assert.Equal(call - 1, (await peer.HearAsync(FrameKind.Result)).CallId);
        }

        _ = _end.Release();
        Assert.Equal(3u, (await peer.HearAsync(FrameKind.Result)).CallId);
    }

    [Fact]
    public async Task Cancel_that_races_its_turn_is_answered_once_and_true()
    {
        for (int round = 0; round < 200; round++)
        {
            using ScriptedPeer owner = await BeginAsync();
            using ScriptedPeer waiter = await WaitAsync();
            using var start = new Barrier(2);
            Task cancelling = Patience.InThread(() =>
            {
                _ = start.SignalAndWait(Patience.Limit);
                waiter.Say(FrameKind.Cancel, 1);
            });
            _ = start.SignalAndWait(Patience.Limit);
            _ = _end.Release();
            _ = await owner.HearAsync(FrameKind.Result);
            await cancelling;

            HeardFrame heard = (await waiter.HearAsync())!;
            bool started = heard.Kind == FrameKind.Started;
            heard = started ? (await waiter.HearAsync(FrameKind.Canceled)) : heard;
            Assert.Equal(started ? CancelOutcome.Stopped : CancelOutcome.NeverStarted, CancelReply.Read(heard.Payload).Outcome);
            Patience.Until(() => _server.Daemon.Board.Current.Task is null);
        }
    }

    /// <summary>A client whose call runs.</summary>
    private async Task<ScriptedPeer> BeginAsync()
    {
        ScriptedPeer owner = await _server.GreetAsync();
        owner.Say(FrameKind.Request, 1, TestServer.Request());
        owner.Say(FrameKind.StatusQuery, 2);
        Assert.NotNull(StatusMessage.Read((await owner.HearAsync(FrameKind.Status)).Payload).Task);
        return owner;
    }

    /// <summary>A client whose call waits.</summary>
    private async Task<ScriptedPeer> WaitAsync()
    {
        ScriptedPeer waiter = await _server.GreetAsync(busyWait: -1);
        waiter.Say(FrameKind.Request, 1, TestServer.Request());
        Assert.Equal(1u, (await waiter.HearAsync(FrameKind.Queued)).CallId);
        return waiter;
    }
}
