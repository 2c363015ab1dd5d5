using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;
using static DaemonRpc.Runtime.Tests.Server.YieldingHandler;
using static DaemonRpc.Runtime.Tests.Server.YieldingHandler.Order;

namespace DaemonRpc.Runtime.Tests.Server;

/// <summary>A task that gives way to calls that wait, and what everybody is told meanwhile.</summary>
public sealed class YieldTests : IAsyncLifetime
{
    private readonly TestServer _server = new(new DaemonOptions { IdleTimeout = Timeout.InfiniteTimeSpan, CancelGrace = TimeSpan.FromMilliseconds(200) });
    private readonly YieldingHandler _handler;
    private ScriptedPeer _owner = null!;
    private ScriptedPeer _other = null!;

    public YieldTests() => _handler = new YieldingHandler(_server);

    private DaemonStatus Status => _server.Daemon.Board.Current;

    public async ValueTask InitializeAsync()
    {
        _owner = await _server.GreetAsync(busyWait: -1);
        _other = await _server.GreetAsync(busyWait: -1);
        _owner.Say(FrameKind.Request, 1, TestServer.Request(1));
        _handler.AwaitThat("1 begins");
    }

    public ValueTask DisposeAsync()
    {
        _owner.Dispose();
        _other.Dispose();
        _server.Dispose();
        return default;
    }

    [Fact]
    public async Task Calls_that_wait_run_one_at_a_time_and_the_task_goes_on_before_those_that_come_later()
    {
        await QueueAsync(_other, 2, 3);
        _handler.Tell(1, Yield);
        _handler.AwaitThat("2 begins");
        await QueueAsync(_other, 4);

        _handler.Tell(2, End);
        _handler.Tell(3, End);
        _handler.AwaitThat("1 goes on");
        _handler.Tell(4, End);
        _handler.Tell(1, Yield, End);

        Assert.Equal(1u, (await _owner.HearAsync(FrameKind.Result)).CallId);
        Assert.Equal(["1 begins", "2 begins", "2 ends", "3 begins", "3 ends", "1 goes on", "4 begins", "4 ends", "1 goes on", "1 ends"], _handler.Did);
        Assert.Equal((DaemonState.Ready, 4), (Status.State, Status.TasksFinished));
    }

    [Fact]
    public async Task Task_without_anybody_waiting_goes_on_at_once()
    {
        _handler.Tell(1, Yield, End);

        _ = await _owner.HearAsync(FrameKind.Result);
        Assert.Equal(["1 begins", "1 goes on", "1 ends"], _handler.Did);
    }

    [Fact]
    public async Task Call_whose_client_has_gone_is_not_given_way_to()
    {
        using ScriptedPeer gone = await _server.GreetAsync(busyWait: -1);
        await QueueAsync(gone, 2);
        Patience.Until(() => Status.Waiting == 1);
        gone.Leave();
        Patience.Until(() => Status.Waiting == 0);

        _handler.Tell(1, Yield, End);

        _ = await _owner.HearAsync(FrameKind.Result);
        Assert.DoesNotContain("2 begins", _handler.Did);
    }

    [Fact]
    public async Task Tasks_that_give_way_to_each_other_alternate()
    {
        await QueueAsync(_other, 2);
        _handler.Tell(1, Yield, Yield, End);
        _handler.Tell(2, Yield, Yield, End);

        _ = await HearAsync(_other, FrameKind.Result, 2);
        Assert.Equal(["1 begins", "2 begins", "1 goes on", "2 goes on", "1 goes on", "1 ends", "2 goes on", "2 ends"], _handler.Did);
    }

    [Fact]
    public async Task Status_names_who_runs_and_who_gave_way_and_has_its_report_again_when_it_goes_on()
    {
        await QueueAsync(_other, 2, 3);
        _handler.Tell(1, Report, Yield);
        _handler.AwaitThat("2 begins");

        _owner.Say(FrameKind.StatusQuery, 2);
        DaemonStatus away = StatusMessage.Read((await _owner.HearAsync(FrameKind.Status)).Payload);
        Assert.Equal(("Method2", null, null, 1), (away.Task?.Method, away.Message, away.Progress, away.Waiting));
        DaemonTask yielded = Assert.Single(away.YieldedTasks);
        Assert.Equal(("Method1", Environment.ProcessId, 1L), (yielded.Method, yielded.ClientProcessId, yielded.Id.Number));
        Assert.Equal($"Busy with Method2 for process {Environment.ProcessId}; 1 waiting; Method1 gave way", away.ToString());

        _handler.Tell(2, Report, End);
        _handler.Tell(3, End);
        _handler.AwaitThat("1 goes on");

        Assert.Equal(("Method1", "1 works", 0.5), (Status.Task?.Method, Status.Message, Status.Progress));
        Assert.Empty(Status.YieldedTasks);
        Assert.Equal((yielded.Id, yielded.StartedAt), (Status.Task?.Id, Status.Task?.StartedAt));
        _handler.Tell(1, End);
        _ = await _owner.HearAsync(FrameKind.Result);
    }

    [Fact]
    public async Task Call_that_does_not_wait_is_refused_while_a_task_has_given_way()
    {
        await QueueAsync(_other, 2);
        _handler.Tell(1, Yield);
        _handler.AwaitThat("2 begins");
        using ScriptedPeer hasty = await _server.GreetAsync();

        hasty.Say(FrameKind.Request, 1, TestServer.Request(3));

        var refusal = Refusal.Read((await hasty.HearAsync(FrameKind.Refusal)).Payload);
        Assert.Equal((RefusalReason.Busy, "Method2", "Method1"), (refusal.Reason, refusal.Status.Task?.Method, refusal.Status.YieldedTasks[0].Method));
    }

    [Fact]
    public async Task Failure_of_a_call_in_between_is_published_and_the_task_goes_on()
    {
        await QueueAsync(_other, 2);
        _handler.Tell(1, Report, Yield);
        _handler.Tell(2, Fail);

        _ = await HearAsync(_other, FrameKind.Error, 2);
        _handler.AwaitThat("1 goes on");
        Assert.Equal((DaemonState.Busy, "Method1", "1 works", 1L), (Status.State, Status.Task?.Method, Status.Message, Status.TasksFinished));
        DaemonStatus error = Assert.Single(_server.Daemon.Board.Since(0), status => status.State == DaemonState.Error);
        Assert.Equal(("Method2 failed: Broken.", "Method1"), (error.Message, Assert.Single(error.YieldedTasks).Method));
        _handler.Tell(1, End);
        _ = await _owner.HearAsync(FrameKind.Result);
    }

    [Fact]
    public async Task Task_cannot_give_way_twice_at_a_time()
    {
        await QueueAsync(_other, 2);
        _handler.Tell(1, YieldTwice, End);
        Patience.Until(() => _handler.Did.Any(did => did.StartsWith("1: ", StringComparison.Ordinal)));
        _handler.Tell(2, End);

        _ = await _owner.HearAsync(FrameKind.Result);
        Assert.Contains(_handler.Did, did => did.StartsWith("1: DaemonContext.YieldAsync was called while its task, Method1, had given way already.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task At_most_sixteen_tasks_have_given_way_and_the_next_keeps_the_slot()
    {
        uint[] calls = [.. Enumerable.Range(2, YieldedTasks.Most + 1).Select(call => (uint)call)];
        await QueueAsync(_other, calls);
        for (uint call = 1; call <= YieldedTasks.Most; call++)
        {
            _handler.Tell(call, Yield);
            _handler.AwaitThat($"{call + 1} begins");
        }

        _handler.Tell(YieldedTasks.Most + 1, Yield);

        // The seventeenth found no room, and went on.
        _handler.AwaitThat($"{YieldedTasks.Most + 1} goes on");
        Assert.Equal((YieldedTasks.Most, 1), (Status.YieldedTasks.Count, Status.Waiting));
        for (uint call = 1; call <= YieldedTasks.Most + 2; call++)
        {
            _handler.Tell(call, End);
        }

        _ = await _owner.HearAsync(FrameKind.Result);
        Patience.Until(() => Status.State == DaemonState.Ready);
        Assert.Equal(YieldedTasks.Most + 2, Status.TasksFinished);
    }

    [Fact]
    public async Task Handler_that_ends_without_awaiting_is_answered_and_never_goes_on()
    {
        await QueueAsync(_other, 2);
        _handler.Tell(1, YieldUnawaited, End);

        _ = await _owner.HearAsync(FrameKind.Result);
        Assert.Equal((1L, "Method2"), (Status.TasksFinished, Status.Task?.Method));
        Assert.Empty(Status.YieldedTasks);
        _handler.Tell(2, End);
        _ = await HearAsync(_other, FrameKind.Result, 2);
        Assert.Equal((DaemonState.Ready, 2L), (Status.State, Status.TasksFinished));
    }

    [Fact]
    public async Task Call_would_not_wait_for_a_stream_of_its_connection_that_gave_way()
    {
        _handler.Tell(1, End);
        _ = await _owner.HearAsync(FrameKind.Result);
        _owner.Say(FrameKind.Request, 2, TestServer.Request(2, credit: 1000));
        _handler.AwaitThat("2 begins");
        await QueueAsync(_other, 3);
        _handler.Tell(2, Yield);
        _handler.AwaitThat("3 begins");

        _owner.Say(FrameKind.Request, 3, TestServer.Request(4));

        Assert.Equal(RefusalReason.OwnStream, Refusal.Read((await _owner.HearAsync(FrameKind.Refusal)).Payload).Reason);
        _handler.Tell(3, End);
        _handler.Tell(2, End);
        _ = await _owner.HearAsync(FrameKind.Result);
    }
}
