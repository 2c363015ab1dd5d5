using System.Buffers;
using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace DaemonRpc.Runtime.Tests.Server;

/// <summary>The daemon's decisions at its edges: while it starts, when it leaves, when a client has gone.</summary>
public sealed class DaemonServerTests
{
    [Fact]
    public void Daemon_that_leaves_idle_tells_its_handlers_work_to_stop()
    {
        using var server = new TestServer();

        Assert.True(server.Daemon.Shutdown.TryBeginIdle(GoodbyeReason.Idle, "Nobody calls."));

        Patience.Until(() => server.Daemon.Shutdown.Stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task Request_before_the_handler_is_made_waits_for_it()
    {
        using var server = new TestServer(ready: false);
        using ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        peer.Say(FrameKind.StatusQuery, 2);
        Assert.Equal(DaemonState.Starting, StatusMessage.Read((await peer.HearAsync(FrameKind.Status)).Payload).State);

        server.Daemon.HandlerReady(server.Handler);

        Assert.Equal(1u, (await peer.HearAsync(FrameKind.Started)).CallId);
        Assert.Equal(1u, (await peer.HearAsync(FrameKind.Result)).CallId);
    }

    [Fact]
    public async Task Client_that_came_before_the_handler_was_made_knows_from_when_on_its_calls_may_run()
    {
        using var server = new TestServer(ready: false);
        using ScriptedPeer early = server.Dial();
        early.Say(FrameKind.Hello, 0, TestServer.Hello.Write);
        Assert.True(Welcome.Read((await early.HearAsync(FrameKind.Welcome)).Payload).IsStarting);
        server.Daemon.HandlerReady(server.Handler);

        // The first of its calls is told to begin, also one that need not wait any more; then it has been said.
        for (uint call = 1; call <= 2; call++)
        {
            early.Say(FrameKind.Request, call, TestServer.Request());
            if (call == 1)
            {
                Assert.Equal(1u, (await early.HearAsync(FrameKind.Started)).CallId);
            }

            Assert.Equal(call, (await early.HearAsync(FrameKind.Result)).CallId);
        }

        using ScriptedPeer late = server.Dial();
        late.Say(FrameKind.Hello, 0, TestServer.Hello.Write);
        Assert.False(Welcome.Read((await late.HearAsync(FrameKind.Welcome)).Payload).IsStarting);
        late.Say(FrameKind.Request, 1, TestServer.Request());
        _ = await late.HearAsync(FrameKind.Result);
    }

    [Fact]
    public async Task Requests_that_race_the_handler_are_all_answered_and_the_status_stays_true()
    {
        for (int round = 0; round < 100; round++)
        {
            using var server = new TestServer(ready: false);
            ClientSession[] sessions = [server.Open(), server.Open(), server.Open()];
            using var start = new Barrier(sessions.Length + 1);
            Task<RecordedCall>[] calls = [.. sessions.Select(session => Patience.InThread(() =>
            {
                _ = start.SignalAndWait(Patience.Limit);
                return Start(session);
            }))];
            _ = start.SignalAndWait(Patience.Limit);
            server.Daemon.HandlerReady(server.Handler);

            foreach (Task<RecordedCall> call in calls)
            {
                FrameKind answer = await (await call).Answer.Soon();
                if (answer == FrameKind.Refusal)
                {
                    Assert.Equal(RefusalReason.Busy, Refusal.Read((await call).Payload).Reason);
                }
                else
                {
                    Assert.Equal(FrameKind.Result, answer);
                }
            }

            Assert.Equal(DaemonState.Ready, server.Daemon.Board.Current.State);
        }
    }

    [Fact]
    public async Task Cancel_that_races_the_handler_is_never_lost()
    {
        for (int round = 0; round < 200; round++)
        {
            using var server = new TestServer(ready: false);
            server.Handler.Run = static async (_, _, cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken);
            using ScriptedPeer peer = await server.GreetAsync();
            peer.Say(FrameKind.Request, 1, TestServer.Request());
            peer.Say(FrameKind.StatusQuery, 2);
            _ = await peer.HearAsync(FrameKind.Status);
            using var start = new Barrier(2);
            Task making = Patience.InThread(() =>
            {
                _ = start.SignalAndWait(Patience.Limit);
                server.Daemon.HandlerReady(server.Handler);
            });
            _ = start.SignalAndWait(Patience.Limit);
            peer.Say(FrameKind.Cancel, 1);

            // It had begun, or not.
            HeardFrame? heard = await peer.HearAsync();
            Assert.Equal(FrameKind.Canceled, heard?.Kind == FrameKind.Started ? (await peer.HearAsync())?.Kind : heard?.Kind);
            await making;
        }
    }

    [Fact]
    public async Task Request_after_the_factory_failed_is_told_so()
    {
        using var server = new TestServer(ready: false);
        using ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        peer.Say(FrameKind.StatusQuery, 2);
        _ = await peer.HearAsync(FrameKind.Status);

        server.Daemon.HandlerFailed(new InvalidDataException("No index."));
        peer.Say(FrameKind.Request, 3, TestServer.Request());

        for (int call = 0; call < 2; call++)
        {
            var refusal = Refusal.Read((await peer.HearAsync(FrameKind.Refusal)).Payload);
            Assert.Equal((RefusalReason.StartFailed, "No index."), (refusal.Reason, refusal.Error?.Message));
        }

        Assert.Equal(GoodbyeReason.StartFailed, (await server.Daemon.Shutdown.Drained.Soon()).Reason);
    }

    [Fact]
    public async Task Factory_that_gives_up_because_the_daemon_stops_has_not_failed()
    {
        using var server = new TestServer(ready: false);
        using ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        peer.Say(FrameKind.Stop, 2);
        _ = await peer.HearAsync(FrameKind.StopReply);
        _ = await server.Daemon.Shutdown.Drained.Soon();

        server.Daemon.HandlerFailed(new OperationCanceledException());

        Assert.Equal(RefusalReason.Stopping, Refusal.Read((await peer.HearAsync(FrameKind.Refusal)).Payload).Reason);
    }

    [Fact]
    public async Task Task_of_a_client_that_has_gone_goes_on_if_told_to_though_nobody_takes_its_items()
    {
        using var server = new TestServer(new DaemonOptions { DisconnectBehavior = DisconnectBehavior.ContinueTask, IdleTimeout = Timeout.InfiniteTimeSpan });
        var sending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Handler.Run = async (_, reply, _) =>
        {
            ItemBatch batch = reply.BeginItems();
            for (int item = 0; item < 100; item++)
            {
                await batch.WaitAsync(CancellationToken.None);
                _ = batch.Begin();
                batch.End();
                batch.Flush();
                _ = sending.TrySetResult();
            }
        };
        using (ScriptedPeer peer = await server.GreetAsync())
        {
            peer.Say(FrameKind.Request, 1, TestServer.Request(credit: 1));
            await sending.Task.Soon();
        }

        using ScriptedPeer other = await server.GreetAsync();
        await UntilIdleAsync(other);
        Assert.Equal(1, server.Daemon.Board.Current.TasksFinished);
    }

    /// <remarks>What a client granted before the handler began its stream was forgotten.</remarks>
    [Fact]
    public async Task Credit_that_comes_before_the_stream_begins_counts()
    {
        using var server = new TestServer();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var granted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool mayGoOn = false;
        server.Handler.Run = async (_, reply, _) =>
        {
            begun.SetResult();
            await granted.Task;
            ItemBatch batch = reply.BeginItems();
            _ = batch.Begin();
            batch.End();
            batch.Flush();
            mayGoOn = batch.WaitAsync(CancellationToken.None).AsTask().IsCompleted;
            _ = reply.BeginResult();
        };
        using ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request(credit: 1));
        await begun.Task.Soon();
        byte[] credit = [0, 1, 0, 0];
        peer.Say(FrameKind.Credit, 1, output => output.Write(credit));

        // Answered after what came before it.
        peer.Say(FrameKind.StatusQuery, 2);
        _ = await peer.HearAsync(FrameKind.Status);
        granted.SetResult();

        _ = await peer.HearAsync(FrameKind.Item);
        _ = await peer.HearAsync(FrameKind.Result);
        Assert.True(mayGoOn);
    }

    [Fact]
    public async Task Task_of_a_client_that_has_gone_is_cancelled()
    {
        using var server = new TestServer();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Handler.Run = async (_, _, cancellationToken) =>
        {
            begun.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                cancelled.SetResult();
            }
        };
        using (ScriptedPeer peer = await server.GreetAsync())
        {
            peer.Say(FrameKind.Request, 1, TestServer.Request());
            await begun.Task.Soon();
        }

        await cancelled.Task.Soon();
    }

    [Fact]
    public async Task Idle_time_begins_when_the_last_task_has_ended()
    {
        var clock = new FakeTimeProvider();
        var idle = TimeSpan.FromMinutes(15);
        using var server = new TestServer(new DaemonOptions { IdleTimeout = idle, TimeProvider = clock });
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Handler.Run = async (_, _, _) => await end.Task;
        using ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        peer.Say(FrameKind.StatusQuery, 2);
        _ = await peer.HearAsync(FrameKind.Status);

        clock.Advance(idle - TimeSpan.FromSeconds(1));
        end.SetResult();
        _ = await peer.HearAsync(FrameKind.Result);
        clock.Advance(idle - TimeSpan.FromSeconds(1));
        Assert.False(server.Daemon.Shutdown.Drained.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(GoodbyeReason.Idle, (await server.Daemon.Shutdown.Drained.Soon()).Reason);
    }

    [Fact]
    public async Task Newer_client_makes_the_daemon_leave_when_its_task_has_ended()
    {
        using var server = new TestServer();
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Handler.Run = async (_, _, _) => await end.Task;
        using ScriptedPeer owner = await server.GreetAsync();
        using ScriptedPeer newer = await server.GreetAsync();
        owner.Say(FrameKind.Request, 1, TestServer.Request());
        owner.Say(FrameKind.StatusQuery, 2);
        _ = await owner.HearAsync(FrameKind.Status);
        BuildIdentity build = TestServer.Contract.Build;
        newer.Say(FrameKind.Request, 1, TestServer.Request(build: build with { Timestamp = build.Timestamp - 1 }));
        newer.Say(FrameKind.Request, 2, TestServer.Request(build: build with { Timestamp = build.Timestamp + 1 }));

        Assert.Equal(RefusalReason.ClientIsOlder, Refusal.Read((await newer.HearAsync(FrameKind.Refusal)).Payload).Reason);
        Assert.Equal(RefusalReason.Busy, Refusal.Read((await newer.HearAsync(FrameKind.Refusal)).Payload).Reason);
        Assert.False(server.Daemon.Shutdown.Drained.IsCompleted);
        end.SetResult();
        _ = await owner.HearAsync(FrameKind.Result);
        Assert.Equal(GoodbyeReason.Replaced, (await server.Daemon.Shutdown.Drained.Soon()).Reason);
    }

    [Fact]
    public async Task Call_from_within_the_running_task_is_refused_as_reentrant_whatever_its_build()
    {
        using var server = new TestServer();
        server.Handler.Run = static async (_, _, cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken);
        using ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        BuildIdentity build = TestServer.Contract.Build;
        var running = new DaemonTaskId(TestServer.Incarnation, 1);
        peer.Say(FrameKind.Request, 2, TestServer.Request(chain: Chain(running)));
        peer.Say(FrameKind.Request, 3, TestServer.Request(chain: Chain(new DaemonTaskId(5, 1), running, new DaemonTaskId(6, 1))));
        peer.Say(FrameKind.Request, 4, TestServer.Request(chain: Chain(running), build: build with { Timestamp = build.Timestamp + 1 }));

        for (int call = 0; call < 3; call++)
        {
            var refusal = Refusal.Read((await peer.HearAsync(FrameKind.Refusal)).Payload);
            Assert.Equal((RefusalReason.Reentrant, running), (refusal.Reason, refusal.Status.Task?.Id));
        }
    }

    [Fact]
    public async Task Call_from_within_another_task_is_refused_as_busy()
    {
        using var server = new TestServer();
        using ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        _ = await peer.HearAsync(FrameKind.Result);
        server.Handler.Run = static async (_, _, cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken);
        peer.Say(FrameKind.Request, 2, TestServer.Request());
        CallChain[] chains = [Chain(new DaemonTaskId(TestServer.Incarnation, 1)), Chain(new DaemonTaskId(TestServer.Incarnation, 0)), Chain(new DaemonTaskId(5, 2))];
        for (int call = 0; call < chains.Length; call++)
        {
            peer.Say(FrameKind.Request, 3 + (uint)call, TestServer.Request(chain: chains[call]));

            Assert.Equal(RefusalReason.Busy, Refusal.Read((await peer.HearAsync(FrameKind.Refusal)).Payload).Reason);
        }
    }

    [Fact]
    public async Task Call_from_within_a_task_that_has_ended_runs()
    {
        using var server = new TestServer();
        using ScriptedPeer peer = await server.GreetAsync();
        peer.Say(FrameKind.Request, 1, TestServer.Request());
        _ = await peer.HearAsync(FrameKind.Result);

        peer.Say(FrameKind.Request, 2, TestServer.Request(chain: Chain(new DaemonTaskId(TestServer.Incarnation, 1))));

        _ = await peer.HearAsync(FrameKind.Result);
    }

    [Fact]
    public async Task Call_of_the_factory_is_refused_as_reentrant_and_does_not_wait_for_the_handler()
    {
        using var server = new TestServer(ready: false);
        using ScriptedPeer peer = await server.GreetAsync();

        peer.Say(FrameKind.Request, 1, TestServer.Request(chain: Chain(new DaemonTaskId(TestServer.Incarnation, 0))));

        var refusal = Refusal.Read((await peer.HearAsync(FrameKind.Refusal)).Payload);
        Assert.Equal((RefusalReason.Reentrant, DaemonState.Starting), (refusal.Reason, refusal.Status.State));
    }

    [Fact]
    public async Task Connection_that_comes_after_all_were_closed_is_closed_too()
    {
        using var server = new TestServer();
        server.Daemon.Sessions.CloseAll();
        using ScriptedPeer late = server.Dial();

        Assert.Null(await late.HearAsync());
    }

    private static CallChain Chain(params DaemonTaskId[] links) => links.Aggregate((CallChain?)null, CallChain.Append)!;

    private static RecordedCall Start(ClientSession session)
    {
        var call = new RecordedCall();
        FrameBuffer frame = FrameBuffer.Rent();
        TestServer.Request()(frame);
        Assert.True(session.TryStart(call, FrameKind.Request, frame));
        return call;
    }

    private static async Task UntilIdleAsync(ScriptedPeer peer)
    {
        peer.Say(FrameKind.StatusQuery, 1, output =>
        {
            output.GetSpan(1)[0] = 1;
            output.Advance(1);
        });
        while (StatusMessage.Read((await peer.HearAsync(FrameKind.Status)).Payload).Task is not null)
        {
        }
    }
}
