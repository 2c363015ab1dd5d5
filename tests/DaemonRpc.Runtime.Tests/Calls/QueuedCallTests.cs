using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>What a client makes of what a daemon says of its waiting call. The daemon is the test.</summary>
public sealed class QueuedCallTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly UnixSocketListener _listener;

    public QueuedCallTests() =>
        _listener = UnixSocketListener.Publish(new DaemonAddress(SampleDispatcher.Contract.Id, "", _folder.Path).SocketPath);

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Hello_says_how_long_calls_wait_and_the_first_attempt_does_not()
    {
        (SampleClient client, ScriptedPeer daemon, Hello hello) = await ConnectAsync(Timeout.InfiniteTimeSpan);
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;

        HasNoSuccessor();
        Task<string> calling = client.EchoAsync("x");

        Assert.Equal(-1, hello.BusyTimeout);
        Assert.Null(RequestHeader.Read((await daemon.HearAsync(FrameKind.Request)).Payload).Wait);
        daemon.Leave();
        Assert.True((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => calling)).MayHaveRun);
    }

    [Fact]
    public async Task Call_that_still_waits_when_the_daemon_dies_is_made_again_and_waits_for_what_is_left()
    {
        (SampleClient client, ScriptedPeer daemon, Hello hello) = await ConnectAsync(TimeSpan.FromHours(1));
        await using SampleClient ours = client;
        Task<string> calling = client.EchoAsync("x");
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        daemon.Say(FrameKind.Queued, request.CallId);
        daemon.Dispose();

        using ScriptedPeer successor = await AcceptAsync();

        Assert.InRange(hello.BusyTimeout, 3_590_000, 3_600_000);
        HeardFrame again = await successor.HearAsync(FrameKind.Request);
        Assert.InRange(RequestHeader.Read(again.Payload).Wait!.Value, 1, 3_600_000);
        Say(successor, again.CallId, FrameKind.Refusal, RefusalReason.QueueFull);
        Assert.Contains("too many", (await Assert.ThrowsAsync<DaemonBusyException>(() => calling)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_that_was_told_that_it_begins_may_have_run()
    {
        (SampleClient client, ScriptedPeer daemon, _) = await ConnectAsync(Timeout.InfiniteTimeSpan);
        await using SampleClient ours = client;
        HasNoSuccessor();
        Task<string> calling = client.EchoAsync("x");
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        daemon.Say(FrameKind.Queued, request.CallId);
        daemon.Say(FrameKind.Started, request.CallId);
        daemon.Dispose();

        Assert.True((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => calling)).MayHaveRun);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Force_is_told_only_of_the_call_that_it_ended(uint other, bool isForced)
    {
        (SampleClient client, ScriptedPeer daemon, Hello hello) = await ConnectAsync(TimeSpan.Zero);
        await using SampleClient ours = client;
        Task<string> calling = client.EchoAsync("x");
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        daemon.Say(FrameKind.Goodbye, 0, new Goodbye
        {
            Reason = GoodbyeReason.Forced,
            ConnectionKey = hello.ConnectionKey,
            CallId = request.CallId + other,
            CausedBy = 7,
            LastAdmitted = request.CallId,
        }.Write);
        daemon.Dispose();

        if (isForced)
        {
            DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => calling);
            Assert.Equal((CancelOutcome.Forced, 7), (exception.Outcome, exception.CanceledBy));
        }
        else
        {
            Assert.True((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => calling)).MayHaveRun);
        }
    }

    [Fact]
    public async Task Daemon_that_talks_nonsense_is_not_believed_that_the_call_still_waits()
    {
        (SampleClient client, ScriptedPeer daemon, _) = await ConnectAsync(Timeout.InfiniteTimeSpan);
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        HasNoSuccessor();
        Task<string> calling = client.EchoAsync("x");
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        daemon.Say(FrameKind.Queued, request.CallId);
        daemon.Say(FrameKind.Hello, request.CallId);

        Assert.True((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => calling)).MayHaveRun);
    }

    [Fact]
    public async Task Call_that_missed_its_turn_is_made_again_on_the_same_connection()
    {
        (SampleClient client, ScriptedPeer daemon, _) = await ConnectAsync(Timeout.InfiniteTimeSpan);
        await using SampleClient ours = client;
        using ScriptedPeer theirs = daemon;
        Task<string> calling = client.EchoAsync("x");
        HeardFrame request = await daemon.HearAsync(FrameKind.Request);
        daemon.Say(FrameKind.Queued, request.CallId);
        Say(daemon, request.CallId, FrameKind.Refusal, RefusalReason.TurnMissed);

        HeardFrame again = await daemon.HearAsync(FrameKind.Request);

        Assert.True(again.CallId > request.CallId);
        Say(daemon, again.CallId, FrameKind.Refusal, RefusalReason.WaitedTooLong);
        DaemonBusyException busy = await Assert.ThrowsAsync<DaemonBusyException>(() => calling);
        Assert.Equal("IndexAsync", busy.Task?.Method);
        Assert.Contains("BusyTimeout", busy.Message, StringComparison.Ordinal);
    }

    private static void Say(ScriptedPeer daemon, uint callId, FrameKind kind, RefusalReason reason) => daemon.Say(kind, callId, new Refusal
    {
        Reason = reason,
        Status = new DaemonStatus
        {
            State = DaemonState.Busy,
            Sequence = 1,
            TasksFinished = 0,
            Task = new DaemonTask { Id = new DaemonTaskId(1, 1), Method = "IndexAsync", StartedAt = DateTimeOffset.UnixEpoch, ClientProcessId = 1 },
        },
    }.Write);

    private async Task<(SampleClient Client, ScriptedPeer Daemon, Hello Hello)> ConnectAsync(TimeSpan busyWait)
    {
        Task<SampleClient> connecting = CallChannel.ConnectAsync(
            SampleDispatcher.Contract,
            channel => new SampleClient(channel),
            new DaemonClientOptions { RuntimeDirectory = _folder.Path, Launch = DaemonLaunch.None, StartTimeout = Patience.Limit, BusyTimeout = busyWait },
            default);
        var daemon = new ScriptedPeer((await Patience.InThread(_listener.Accept))!);
        var hello = Hello.Read((await daemon.HearAsync(FrameKind.Hello)).Payload);
        Welcome(daemon);
        return (await connecting.Soon(), daemon, hello);
    }

    // Who asks one what became of the call is told so at once.
    private void HasNoSuccessor() => _listener.Dispose();

    private async Task<ScriptedPeer> AcceptAsync()
    {
        var daemon = new ScriptedPeer((await Patience.InThread(_listener.Accept))!);
        _ = await daemon.HearAsync(FrameKind.Hello);
        Welcome(daemon);
        return daemon;
    }

    private static void Welcome(ScriptedPeer daemon) =>
        daemon.Say(FrameKind.Welcome, 0, new Welcome { MaxFrameBytes = 1000, ProcessId = Environment.ProcessId }.Write);
}
