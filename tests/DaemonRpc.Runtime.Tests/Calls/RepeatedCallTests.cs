using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using MemoryPack;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>What a client sends for calls that do not end with a result at once, and beside them. The daemon is the test.</summary>
public sealed class RepeatedCallTests : IDisposable
{
    private readonly ScriptedDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task Call_that_is_made_again_has_its_own_arguments_although_others_came_and_went()
    {
        (SampleClient client, ScriptedPeer daemon) = await _daemon.ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        ValueTask<string> refused = EchoAsync(client, "refused");
        HeardFrame first = await daemon.HearAsync(FrameKind.Request);
        for (int call = 0; call < 3; call++)
        {
            Assert.Equal("other", await AnswerAsync(daemon, EchoAsync(client, "another")));
        }

        daemon.Say(FrameKind.Refusal, first.CallId, Refused(RefusalReason.TurnMissed).Write);

        HeardFrame again = await daemon.HearAsync(FrameKind.Request);
        Assert.NotEqual(first.CallId, again.CallId);
        Assert.Equal(first.Payload, again.Payload);
        Say(daemon, again, "served");
        Assert.Equal("served", await refused.Soon());
        Assert.Equal("other", await AnswerAsync(daemon, EchoAsync(client, "after")));
    }

    [Fact]
    public async Task Call_that_the_daemon_did_not_admit_before_it_left_is_made_on_the_next_one()
    {
        (SampleClient client, ScriptedPeer daemon) = await _daemon.ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        Assert.Equal("other", await AnswerAsync(daemon, EchoAsync(client, "another")));
        ValueTask<string> calling = EchoAsync(client, "x");
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);

        daemon.Say(FrameKind.Goodbye, 0, new Goodbye { Reason = GoodbyeReason.Stopping, LastAdmitted = request.CallId - 1 }.Write);
        daemon.Leave();

        using ScriptedPeer successor = await _daemon.AcceptAsync();
        HeardFrame again = await successor.HearAsync(FrameKind.Request);
        Assert.Equal(request.Payload, again.Payload);
        Say(successor, again, "served");
        Assert.Equal("served", await calling.Soon());
    }

    [Fact]
    public async Task Call_that_may_have_run_is_not_made_again()
    {
        (SampleClient client, ScriptedPeer daemon) = await _daemon.ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        ValueTask<string> calling = EchoAsync(client, "x");
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);

        daemon.Say(FrameKind.Goodbye, 0, new Goodbye { Reason = GoodbyeReason.Stopping, LastAdmitted = request.CallId }.Write);
        daemon.Leave();

        Assert.True((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => calling.Soon())).MayHaveRun);
    }

    [Fact]
    public async Task Token_that_is_cancelled_after_its_call_has_ended_sends_nothing()
    {
        (SampleClient client, ScriptedPeer daemon) = await _daemon.ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        using var cancellation = new CancellationTokenSource();
        Assert.Equal("other", await AnswerAsync(daemon, EchoAsync(client, "first", cancellation.Token)));
        ValueTask<string> second = EchoAsync(client, "second");
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);

        await cancellation.CancelAsync();

        Assert.Equal("other", await AnswerAsync(daemon, EchoAsync(client, "third")));
        Say(daemon, request, "served");
        Assert.Equal("served", await second.Soon());
    }

    [Fact]
    public async Task Call_that_was_cancelled_and_has_a_result_all_the_same_is_told_it()
    {
        (SampleClient client, ScriptedPeer daemon) = await _daemon.ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        using var cancellation = new CancellationTokenSource();
        ValueTask<string> calling = EchoAsync(client, "x", cancellation.Token);
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        await cancellation.CancelAsync();
        Assert.Equal(request.CallId, (await daemon.HearAsync(FrameKind.Cancel)).CallId);

        Say(daemon, request, "served");

        Assert.Equal("served", await calling.Soon());
    }

    [Fact]
    public async Task Daemon_that_answers_a_call_with_an_item_is_not_believed_in_anything_else()
    {
        (SampleClient client, ScriptedPeer daemon) = await _daemon.ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        ValueTask<string> calling = EchoAsync(client, "x");
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);

        daemon.Say(FrameKind.Item, request.CallId, output => MemoryPackSerializer.Serialize(output, "item"));
        Say(daemon, request, "late");

        Assert.Contains("Item", (await Assert.ThrowsAsync<DaemonProtocolException>(() => calling.Soon())).Message, StringComparison.Ordinal);
        Assert.Equal("other", await AnswerAsync(daemon, EchoAsync(client, "after")));
    }

    private static ValueTask<string> EchoAsync(SampleClient client, string text, CancellationToken cancellationToken = default) =>
        client.Request(1, "EchoAsync").With(text).SendValueAsync<string>(cancellationToken);

    /// <summary>Answers what comes next, and returns what the call is told.</summary>
    private static async Task<string> AnswerAsync(ScriptedPeer daemon, ValueTask<string> call)
    {
        Say(daemon, await daemon.HearAsync(FrameKind.Request), "other");
        return await call.Soon();
    }

    private static void Say(ScriptedPeer daemon, HeardFrame request, string result) =>
        daemon.Say(FrameKind.Result, request.CallId, output => MemoryPackSerializer.Serialize(output, result));

    private static Refusal Refused(RefusalReason reason) =>
        new() { Reason = reason, Status = new DaemonStatus { State = DaemonState.Busy, Sequence = 1, TasksFinished = 0 } };
}
