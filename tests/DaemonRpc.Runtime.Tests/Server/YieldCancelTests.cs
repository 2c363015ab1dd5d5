using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Protocol;
using DaemonRpc.Server;
using static DaemonRpc.Runtime.Tests.Server.YieldingHandler;
using static DaemonRpc.Runtime.Tests.Server.YieldingHandler.Order;

namespace DaemonRpc.Runtime.Tests.Server;

/// <summary>How a task that has given way ends early: cancelled, abandoned by its client, too late, or with its daemon.</summary>
public sealed class YieldCancelTests : IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(30);

    // Long enough to give way before.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(2);

    private readonly List<IDisposable> _used = [];
    private TestServer _server = null!;
    private YieldingHandler _handler = null!;

    public YieldCancelTests() => Serve(new DaemonOptions());

    private DaemonStatus Status => _server.Daemon.Board.Current;

    public void Dispose() => _used.ForEach(used => used.Dispose());

    [Fact]
    public async Task Cancelled_by_id_it_is_the_next_to_go_on_and_its_token_is_cancelled_only_then()
    {
        (ScriptedPeer owner, ScriptedPeer other) = await GiveWayAsync();
        await QueueAsync(other, 3);
        using ScriptedPeer canceller = await _server.GreetAsync();

        canceller.Say(FrameKind.CancelTask, 1, new CancelTask(Status.YieldedTasks[0].Id).Write);
        await AnsweredAsync(canceller);

        // The grace passes meanwhile, and means nothing.
        await Patience.PassAsync(s_grace * 3);
        Assert.Equal(["1 begins", "2 begins"], _handler.Did);
        _handler.Tell(2, End);
        _handler.Tell(3, End);
        var reply = CancelReply.Read((await canceller.HearAsync(FrameKind.CancelReply)).Payload);
        Assert.Equal((CancelOutcome.Stopped, Environment.ProcessId), (reply.Outcome, reply.CanceledBy));
        Assert.Equal(CancelOutcome.Stopped, CancelReply.Read((await HearAsync(owner, FrameKind.Canceled, 1)).Payload).Outcome);
        _ = await HearAsync(other, FrameKind.Result, 3);
        Assert.Equal(["1 begins", "2 begins", "2 ends", "1 gives up, cancelled True", "3 begins", "3 ends"], _handler.Did);
        Assert.False(_server.Terminator.Forced.Task.IsCompleted);
    }

    [Fact]
    public async Task Handler_that_gave_way_without_its_token_goes_on_and_finds_it_cancelled()
    {
        (ScriptedPeer owner, _) = await GiveWayAsync(YieldAnyway);

        owner.Say(FrameKind.Cancel, 1);
        await AnsweredAsync(owner);
        _handler.Tell(2, End);

        _ = await HearAsync(owner, FrameKind.Canceled, 1);
        Assert.Equal(["1 begins", "2 begins", "2 ends", "1 goes on", "1 gives up, cancelled True"], _handler.Did);
    }

    [Fact]
    public async Task Grace_begins_when_the_task_could_obey()
    {
        Serve(new DaemonOptions { CancelGrace = s_grace });
        (ScriptedPeer owner, _) = await GiveWayAsync();
        owner.Say(FrameKind.Cancel, 1);
        await AnsweredAsync(owner);
        await Patience.PassAsync(s_grace * 2);
        Assert.False(_server.Terminator.Forced.Task.IsCompleted);

        _handler.Tell(2, End);

        Assert.Equal(CancelOutcome.Stopped, CancelReply.Read((await HearAsync(owner, FrameKind.Canceled, 1)).Payload).Outcome);
    }

    [Fact]
    public async Task Call_that_runs_in_between_is_cancelled_as_ever_and_the_other_is_not()
    {
        (ScriptedPeer owner, ScriptedPeer other) = await GiveWayAsync();
        using ScriptedPeer canceller = await _server.GreetAsync();

        canceller.Say(FrameKind.CancelTask, 1, new CancelTask(null).Write);

        Assert.Equal(CancelOutcome.Stopped, CancelReply.Read((await canceller.HearAsync(FrameKind.CancelReply)).Payload).Outcome);
        _ = await HearAsync(other, FrameKind.Canceled, 2);
        _handler.Tell(1, End);
        _ = await HearAsync(owner, FrameKind.Result, 1);
        Assert.Equal(["1 begins", "2 begins", "2 gives up, cancelled True", "1 goes on", "1 ends"], _handler.Did);
    }

    [Fact]
    public async Task Task_whose_client_has_gone_is_cancelled_when_it_goes_on()
    {
        (ScriptedPeer owner, ScriptedPeer other) = await GiveWayAsync();

        // It moves to the front of the queue, which is a status of its own.
        long sequence = Status.Sequence;
        owner.Leave();
        Patience.Until(() => Status.Sequence > sequence);
        _handler.Tell(2, End);

        _ = await HearAsync(other, FrameKind.Result, 2);
        _handler.AwaitThat("1 gives up, cancelled True");
    }

    [Fact]
    public async Task Task_goes_on_without_its_client_where_that_is_wanted()
    {
        Serve(new DaemonOptions { DisconnectBehavior = DisconnectBehavior.ContinueTask });
        (ScriptedPeer owner, ScriptedPeer other) = await GiveWayAsync();

        owner.Leave();
        _handler.Tell(2, End);

        _ = await HearAsync(other, FrameKind.Result, 2);
        _handler.AwaitThat("1 goes on");
        _handler.Tell(1, End);
        _handler.AwaitThat("1 ends");
    }

    [Fact]
    public async Task Timeout_counts_while_the_task_has_given_way_and_those_of_both_tasks_are_kept()
    {
        ScriptedPeer owner = await GreetAsync();
        ScriptedPeer other = await GreetAsync();
        owner.Say(FrameKind.Request, 1, TestServer.Request(1, timeout: s_timeout));
        _handler.AwaitThat("1 begins");
        other.Say(FrameKind.Request, 2, TestServer.Request(2, timeout: TimeSpan.FromHours(1)));
        _ = await HearAsync(other, FrameKind.Queued, 2);
        await QueueAsync(other, 3);
        _handler.Tell(1, Yield);
        _handler.AwaitThat("2 begins");

        // It moves to the front of the queue, which is a status of its own.
        long sequence = Status.Sequence;
        Patience.Until(() => Status.Sequence > sequence);
        Assert.Equal(["1 begins", "2 begins"], _handler.Did);
        _handler.Tell(2, End);

        // It is the next, and not the call that came before.
        _ = await HearAsync(owner, FrameKind.Canceled, 1);
        _handler.AwaitThat("3 begins");
        Assert.Equal(["1 begins", "2 begins", "2 ends", "1 gives up, cancelled True", "3 begins"], _handler.Did);
        _handler.Tell(3, End);
    }

    [Fact]
    public async Task Daemon_that_is_stopped_lets_every_task_that_gave_way_end_first()
    {
        (ScriptedPeer owner, ScriptedPeer other) = await GiveWayAsync();
        await QueueAsync(other, 3);
        using ScriptedPeer stopper = await _server.GreetAsync();

        stopper.Say(FrameKind.Stop, 1);
        _ = await stopper.HearAsync(FrameKind.StopReply);

        // Calls that wait go to the successor; tasks end here.
        Assert.Equal(RefusalReason.Busy, Refusal.Read((await HearAsync(other, FrameKind.Refusal, 3)).Payload).Reason);
        _handler.Tell(2, End);
        _handler.AwaitThat("1 goes on");
        Assert.Equal((DaemonState.Stopping, "Method1", 0), (Status.State, Status.Task?.Method, Status.YieldedTasks.Count));
        Assert.False(_server.Daemon.Shutdown.Drained.IsCompleted);
        _handler.Tell(1, Yield, End);

        _ = await HearAsync(owner, FrameKind.Result, 1);
        Assert.Equal(GoodbyeReason.Stopping, (await _server.Daemon.Shutdown.Drained.Soon()).Reason);
        Assert.Equal((DaemonState.Stopping, null), (Status.State, Status.Task));
    }

    [Fact]
    public async Task Daemon_makes_room_for_a_newer_build_when_the_task_that_gave_way_has_ended()
    {
        (ScriptedPeer owner, _) = await GiveWayAsync();
        using ScriptedPeer newer = await _server.GreetAsync();

        newer.Say(FrameKind.Request, 1, TestServer.Request(build: new BuildIdentity(TestServer.Contract.Build.Timestamp + 1, 6)));

        var refusal = Refusal.Read((await newer.HearAsync(FrameKind.Refusal)).Payload);
        Assert.Equal((RefusalReason.Busy, true), (refusal.Reason, refusal.LeavesForClient));
        _handler.Tell(2, End);
        _handler.AwaitThat("1 goes on");
        Assert.False(_server.Daemon.Shutdown.Drained.IsCompleted);
        _handler.Tell(1, End);
        _ = await HearAsync(owner, FrameKind.Result, 1);
        Assert.Equal(GoodbyeReason.Replaced, (await _server.Daemon.Shutdown.Drained.Soon()).Reason);
    }

    [Fact]
    public async Task Call_from_within_a_task_that_gave_way_is_refused_and_named()
    {
        (_, ScriptedPeer other) = await GiveWayAsync();
        DaemonTask yielded = Status.YieldedTasks[0];
        var chain = CallChain.Append(null, yielded.Id);

        other.Say(FrameKind.Request, 9, TestServer.Request(9, chain: chain));

        var refusal = Refusal.Read((await HearAsync(other, FrameKind.Refusal, 9)).Payload);
        Assert.Equal(RefusalReason.Reentrant, refusal.Reason);
        DaemonReentrancyException exception = Reentrancy.Exception("AddAsync", DaemonAddress.InProcess("test.daemon"), TestServer.Incarnation, refusal.Status, chain);
        Assert.StartsWith($"AddAsync was called from within the task Method1 ({yielded.Id})", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Task 1 has given way to task 2, which another client asked for.</summary>
    private async Task<(ScriptedPeer Owner, ScriptedPeer Other)> GiveWayAsync(Order how = Yield)
    {
        ScriptedPeer owner = await GreetAsync();
        ScriptedPeer other = await GreetAsync();
        owner.Say(FrameKind.Request, 1, TestServer.Request(1));
        _handler.AwaitThat("1 begins");
        await QueueAsync(other, 2);
        _handler.Tell(1, how);
        _handler.AwaitThat("2 begins");
        return (owner, other);
    }

    /// <summary>What a connection says is heard in order: all before has been seen to when the answer comes.</summary>
    private static async Task AnsweredAsync(ScriptedPeer peer)
    {
        peer.Say(FrameKind.StatusQuery, 50);
        _ = await HearAsync(peer, FrameKind.Status, 50);
    }

    private async Task<ScriptedPeer> GreetAsync()
    {
        ScriptedPeer peer = await _server.GreetAsync(busyWait: -1);
        _used.Insert(0, peer);
        return peer;
    }

    private void Serve(DaemonOptions options)
    {
        options.IdleTimeout = Timeout.InfiniteTimeSpan;
        _server = new TestServer(options);
        _handler = new YieldingHandler(_server);
        _used.Add(_server);
    }
}
