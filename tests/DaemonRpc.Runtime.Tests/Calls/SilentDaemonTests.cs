using DaemonRpc.Framing;
using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>What a client tells its caller of a daemon that does not answer any more. The daemon is the test.</summary>
public sealed class SilentDaemonTests : IDisposable
{
    private readonly ScriptedDaemon _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task Cancelled_call_is_not_waited_for_without_a_sign_of_life()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        using var cancellation = new CancellationTokenSource();
        Task<string> calling = client.EchoAsync("x", cancellation.Token);
        _ = await daemon.HearAsync(FrameKind.Request);
        await cancellation.CancelAsync();

        DaemonUnresponsiveException exception = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => calling.Soon());

        Assert.Contains("EchoAsync was cancelled, and may still run", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_that_takes_too_long_fails_all_the_same()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync(new DaemonClientOptions { CallTimeout = TimeSpan.FromMilliseconds(500) });
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;

        Task<string> calling = client.EchoAsync("x");

        Assert.InRange(RequestHeader.Read((await daemon.HearAsync(FrameKind.Request)).Payload).Deadline!.Value.Timeout.TotalMilliseconds, 0, 500);
        Assert.True((await Assert.ThrowsAsync<DaemonTimeoutException>(() => calling.Soon())).MayHaveRun);
    }

    [Fact]
    public async Task Daemon_that_says_what_it_does_may_take_its_time()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        using var cancellation = new CancellationTokenSource();
        Task<string> calling = client.EchoAsync("x", cancellation.Token);
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        await cancellation.CancelAsync();
        _ = await daemon.HearAsync(FrameKind.Cancel);
        for (int question = 0; question < 3; question++)
        {
            Say(daemon, (await daemon.HearAsync(FrameKind.StatusQuery)).CallId);
        }

        daemon.Say(FrameKind.Canceled, request.CallId, new CancelReply(CancelOutcome.Stopped, Environment.ProcessId).Write);

        Assert.Equal(CancelOutcome.Stopped, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => calling.Soon())).Outcome);
    }

    [Fact]
    public async Task Cancelling_what_runs_is_given_up_without_a_sign_of_life()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        Task<CancelOutcome> cancelling = client.Daemon.CancelAsync();
        using ScriptedPeer control = await _daemon.AcceptAsync();
        _ = await control.HearAsync(FrameKind.CancelTask);
        Say(control, (await control.HearAsync(FrameKind.StatusQuery)).CallId);
        _ = await control.HearAsync(FrameKind.StatusQuery);

        _ = await Assert.ThrowsAsync<DaemonUnresponsiveException>(() => cancelling.Soon());
    }

    [Fact]
    public async Task Watch_of_a_daemon_that_cannot_be_understood_ends()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        Task<List<DaemonStatus>> watching = client.Daemon.WatchStatusAsync().ToListAsync().AsTask();
        using ScriptedPeer watched = await _daemon.AcceptAsync();
        uint watch = (await watched.HearAsync(FrameKind.StatusQuery)).CallId;
        Say(watched, watch);
        watched.Say(FrameKind.Hello, watch);

        Assert.Single(await watching.Soon());
    }

    [Fact]
    public async Task Watch_whose_connection_ends_without_a_word_goes_on_where_it_was()
    {
        (SampleClient client, ScriptedPeer daemon) = await ConnectAsync(new DaemonClientOptions());
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        Task<List<DaemonStatus>> watching = client.Daemon.WatchStatusAsync().ToListAsync().AsTask();
        using (ScriptedPeer watched = await _daemon.AcceptAsync())
        {
            Say(watched, (await watched.HearAsync(FrameKind.StatusQuery)).CallId);
        }

        // It comes back once: from a connection that tells nothing it does not go on.
        using (ScriptedPeer again = await _daemon.AcceptAsync())
        {
            var query = StatusQuery.Read((await again.HearAsync(FrameKind.StatusQuery)).Payload);
            Assert.Equal((true, 1L), (query.Watch, query.Sequence));
        }

        Assert.Single(await watching.Soon());
    }

    private static void Say(ScriptedPeer daemon, uint callId) => daemon.Say(
        FrameKind.Status, callId, output => StatusMessage.Write(output, new DaemonStatus { State = DaemonState.Busy, Sequence = 1, TasksFinished = 0 }));

    private Task<(SampleClient Client, ScriptedPeer Daemon)> ConnectAsync(DaemonClientOptions options)
    {
        // Also how long a liveness probe may take.
        options.StartTimeout = TimeSpan.FromSeconds(1);
        return _daemon.ConnectAsync(options);
    }
}
