using DaemonRpc.Calls;
using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Launch;
using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>What a client's options do, over a real socket.</summary>
public sealed class CallOptionsTests
{
    [Fact]
    public async Task Call_waits_for_a_busy_daemon_as_long_as_it_was_told()
    {
        await using var daemon = new ForegroundDaemon();
        var gate = new Gate();
        daemon.Handler.Echo = gate.RunAsync;
        await using SampleClient owner = await daemon.ConnectAsync();
        await using SampleClient patient = await daemon.ConnectAsync(new DaemonClientOptions { BusyTimeout = Timeout.InfiniteTimeSpan });
        await using SampleClient impatient = await daemon.ConnectAsync(new DaemonClientOptions { BusyTimeout = TimeSpan.FromMilliseconds(20) });
        Task<string> running = owner.EchoAsync("first");
        await gate.Begun;
        Task<string> waiting = patient.EchoAsync("second");

        DaemonBusyException busy = await Assert.ThrowsAsync<DaemonBusyException>(() => impatient.EchoAsync("third"));

        Assert.Equal(nameof(ISample.EchoAsync), busy.Task?.Method);
        Assert.False(waiting.IsCompleted);
        gate.Open();
        Assert.Equal(["first", "second"], await Task.WhenAll(running, waiting));
    }

    [Fact]
    public async Task Waiting_that_is_over_leaves_no_watch_behind()
    {
        using var server = new TestServer();
        using ClientSession session = server.Open();
        await new BusyRefusal(session, server.Daemon.Board.Current, null).UntilFreeAsync(new Deadline(Patience.Limit), "RunAsync", default).Soon();

        // The watch had the first id. Nobody is left who would be told of the end.
        Assert.False(session.HasCall(1));
    }

    [Fact]
    public async Task Cancelled_while_waiting_for_a_busy_daemon_never_started()
    {
        await using var daemon = new ForegroundDaemon();
        var gate = new Gate();
        daemon.Handler.Echo = gate.RunAsync;
        await using SampleClient owner = await daemon.ConnectAsync();
        await using SampleClient patient = await daemon.ConnectAsync(new DaemonClientOptions { BusyTimeout = Timeout.InfiniteTimeSpan });
        Task<string> running = owner.EchoAsync("first");
        await gate.Begun;
        using var cancel = new CancellationTokenSource();
        Task<string> waiting = patient.EchoAsync("second", cancel.Token);
        await cancel.CancelAsync();

        DaemonTaskCanceledException canceled = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => waiting);

        Assert.Equal((CancelOutcome.NeverStarted, cancel.Token), (canceled.Outcome, canceled.CancellationToken));
        gate.Open();
        Assert.Equal("first", await running);
    }

    [Fact]
    public async Task Stream_waits_as_long_as_it_was_told_from_when_it_is_enumerated()
    {
        var wait = TimeSpan.FromSeconds(3);
        await using var daemon = new ForegroundDaemon();
        var gate = new Gate();
        daemon.Handler.Echo = gate.RunAsync;
        await using SampleClient owner = await daemon.ConnectAsync();
        await using SampleClient patient = await daemon.ConnectAsync(new DaemonClientOptions { BusyTimeout = wait });
        IAsyncEnumerable<byte[]> items = patient.StreamAsync(3);
        await Patience.PassAsync(wait);
        Task<string> running = owner.EchoAsync("first");
        await gate.Begun;

        Task<byte[][]> enumerating = items.ToArrayAsync().AsTask();
        await foreach (DaemonStatus status in owner.Daemon.WatchStatusAsync())
        {
            // Time enough for the stream to be refused once.
            Assert.NotNull(status.Task);
            break;
        }

        gate.Open();

        Assert.Equal(3, (await enumerating.Soon()).Length);
        _ = await running;
    }

    [Fact]
    public async Task Call_that_takes_too_long_is_cancelled_and_says_how_long()
    {
        await using var daemon = new ForegroundDaemon();
        var gate = new Gate();
        bool hasRun = false;
        daemon.Handler.Echo = (text, token) =>
        {
            hasRun = true;
            return gate.RunAsync(text, token);
        };
        await using SampleClient client = await daemon.ConnectAsync(new DaemonClientOptions { CallTimeout = TimeSpan.FromMilliseconds(50) });

        DaemonTimeoutException timeout = await Assert.ThrowsAsync<DaemonTimeoutException>(() => client.EchoAsync("x"));

        // On a busy machine the limit passes before the daemon has read the request.
        Assert.Equal((TimeSpan.FromMilliseconds(50), hasRun), (timeout.Limit, hasRun && timeout.MayHaveRun));
        Assert.Null((await client.Daemon.GetStatusAsync().Soon()).Task);
    }

    [Fact]
    public async Task Limits_of_any_length_are_accepted()
    {
        await using var daemon = new ForegroundDaemon(new DaemonOptions { IdleTimeout = TimeSpan.MaxValue });
        await using SampleClient client = await daemon.ConnectAsync(
            new DaemonClientOptions { CallTimeout = TimeSpan.MaxValue, BusyTimeout = TimeSpan.MaxValue, StartTimeout = TimeSpan.MaxValue });

        Assert.Equal("x", await client.EchoAsync("x"));
    }

    [Fact]
    public async Task Hello_that_is_too_large_is_said_to_be()
    {
        const string Variable = "RUNTIME_TESTS_LARGE";
        Environment.SetEnvironmentVariable(Variable, new string('x', 100_000));
        await using var daemon = new ForegroundDaemon();

        DaemonProtocolException refused = await Assert.ThrowsAsync<DaemonProtocolException>(() =>
            daemon.ConnectAsync(new DaemonClientOptions { ForwardEnvironment = [Variable] }));

        Assert.Contains("65536", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_that_the_system_refuses_is_a_failed_start()
    {
        using var folder = new TemporaryFolder();
        _ = Directory.CreateDirectory(new DaemonAddress(SampleDispatcher.Contract.Id, "", folder.Path).SpawnLockPath);

        _ = await Assert.ThrowsAsync<DaemonStartException>(() => CallChannel.ConnectAsync(
            SampleDispatcher.Contract,
            channel => new SampleClient(channel),
            new DaemonClientOptions { RuntimeDirectory = folder.Path, Launch = DaemonLaunch.Executable("/nowhere") },
            default).Soon());
    }

    [Fact]
    public async Task Client_outlives_its_daemon_and_says_when_none_runs()
    {
        await using var daemon = new ForegroundDaemon();
        await using SampleClient client = await daemon.ConnectAsync();
        Assert.Equal("x", await client.EchoAsync("x"));
        await client.Daemon.StopAsync().Soon();

        Assert.Equal(0, await daemon.ExitCode.Soon());
        Assert.Equal(1, daemon.Handler.Disposals);
        _ = await Assert.ThrowsAsync<DaemonStartException>(() => client.EchoAsync("more"));
    }

    [Fact]
    public async Task Connecting_that_is_cancelled_leaves_no_connection()
    {
        using var folder = new TemporaryFolder();
        var address = new DaemonAddress(SampleDispatcher.Contract.Id, "", folder.Path);
        using UnixSocketListener listener = UnixSocketListener.Publish(address.SocketPath);
        using var cancel = new CancellationTokenSource();
        Task connecting = CallChannel.ConnectAsync(
            SampleDispatcher.Contract,
            channel => new SampleClient(channel),
            new DaemonClientOptions { RuntimeDirectory = folder.Path, Launch = DaemonLaunch.None, StartTimeout = Patience.Limit },
            cancel.Token);
        using var daemon = new ScriptedPeer((await Patience.InThread(listener.Accept))!);
        _ = await daemon.HearAsync(FrameKind.Hello);
        await cancel.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());

        daemon.Say(FrameKind.Welcome, 0, new Welcome { MaxFrameBytes = 1000 }.Write);

        Assert.Null(await daemon.HearAsync());
    }
}
