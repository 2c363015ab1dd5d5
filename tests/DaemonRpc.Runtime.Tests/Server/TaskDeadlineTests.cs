using DaemonRpc.Framing;
using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Server;

/// <summary>What the daemon does with a call that takes longer than its client allowed, whatever the client does.</summary>
public sealed class TaskDeadlineTests : IDisposable
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(20);

    private readonly TestServer _server = new();
    private readonly SemaphoreSlim _end = new(0);

    public TaskDeadlineTests() => _server.Handler.Run = async (method, reply, cancellationToken) =>
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
    public async Task Task_is_cancelled_as_if_its_client_had_asked()
    {
        using ScriptedPeer owner = await _server.GreetAsync();
        owner.Say(FrameKind.Request, 1, TestServer.Request(timeout: s_short));

        var reply = CancelReply.Read((await owner.HearAsync(FrameKind.Canceled)).Payload);

        Assert.Equal((CancelOutcome.Stopped, Environment.ProcessId), (reply.Outcome, reply.CanceledBy));
        Assert.Equal(CancelOutcome.Stopped, _server.Daemon.Board.Current.LastCanceled?.Outcome);
    }

    [Fact]
    public async Task Deadline_of_a_task_that_has_ended_cancels_no_other_and_keeps_no_earlier_one_waiting()
    {
        using ScriptedPeer owner = await _server.GreetAsync();
        owner.Say(FrameKind.Request, 1, TestServer.Request(timeout: TimeSpan.FromHours(1)));
        _ = _end.Release();
        _ = await owner.HearAsync(FrameKind.Result);
        owner.Say(FrameKind.Request, 2, TestServer.Request(timeout: s_short));
        Assert.Equal(2u, (await owner.HearAsync(FrameKind.Canceled)).CallId);
        owner.Say(FrameKind.Request, 3, TestServer.Request());
        _ = _end.Release();

        Assert.Equal(3u, (await owner.HearAsync(FrameKind.Result)).CallId);
    }

    /// <remarks>After one call with such a timeout no deadline was kept for anybody: tests had timeouts of an hour at most.</remarks>
    [Theory]
    [InlineData(30 * 24 * 60 * 60 * 1000L)]
    [InlineData(long.MaxValue / 10_000)]
    [InlineData(-1)]
    public async Task Timeout_of_weeks_or_none_keeps_no_shorter_one_waiting(long milliseconds)
    {
        using ScriptedPeer owner = await _server.GreetAsync();
        owner.Say(FrameKind.Request, 1, TestServer.Request(timeout: TimeSpan.FromMilliseconds(milliseconds)));
        _ = _end.Release();
        _ = await owner.HearAsync(FrameKind.Result);

        owner.Say(FrameKind.Request, 2, TestServer.Request(timeout: s_short));

        Assert.Equal(2u, (await owner.HearAsync(FrameKind.Canceled)).CallId);
    }

    [Fact]
    public async Task Waiting_in_the_queue_counts()
    {
        using ScriptedPeer owner = await _server.GreetAsync();
        owner.Say(FrameKind.Request, 1, TestServer.Request());

        // What a connection says is heard in order: the request has been admitted when the answer comes.
        owner.Say(FrameKind.StatusQuery, 2);
        _ = await owner.HearAsync(FrameKind.Status);
        using ScriptedPeer waiter = await _server.GreetAsync(busyWait: -1);
        waiter.Say(FrameKind.Request, 1, TestServer.Request(timeout: s_short));
        _ = await waiter.HearAsync(FrameKind.Queued);

        Assert.Equal(RefusalReason.WaitedTooLong, Refusal.Read((await waiter.HearAsync(FrameKind.Refusal)).Payload).Reason);
        Assert.Equal(0, _server.Daemon.Board.Current.TasksFinished);
    }

    [Fact]
    public async Task Waiting_for_the_handler_counts()
    {
        using var starting = new TestServer(ready: false);
        using ScriptedPeer owner = await starting.GreetAsync();
        owner.Say(FrameKind.Request, 1, TestServer.Request(timeout: TimeSpan.Zero));
        owner.Say(FrameKind.StatusQuery, 2);
        _ = await owner.HearAsync(FrameKind.Status);

        starting.Daemon.HandlerReady(starting.Handler);

        _ = await owner.HearAsync(FrameKind.Started);
        Assert.Equal(RefusalReason.WaitedTooLong, Refusal.Read((await owner.HearAsync(FrameKind.Refusal)).Payload).Reason);
        Assert.Equal(0, starting.Daemon.Board.Current.TasksFinished);
    }
}
