using Microsoft.Extensions.Logging;

namespace DaemonRpc.Testing.Tests;

/// <summary>What a test can assert upon afterwards.</summary>
public sealed class RecordTests
{
    [Fact]
    public async Task Statuses_are_kept_in_order_with_the_messages_of_tasks()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        using var canceling = new CancellationTokenSource();
        Task call = client.HoldAsync(canceling.Token);
        await daemon.UntilAsync(static status => status.Message == "holding");
        canceling.Cancel();
        await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call.InTime());

        IReadOnlyList<DaemonStatus> statuses = daemon.Statuses;

        Assert.Equal(
            ["Starting ", "Ready ", "Busy ", "Busy holding", "Ready "], statuses.Select(static status => $"{status.State} {status.Message}"));
        Assert.Equal(statuses.Select(static status => status.Sequence).Order(), statuses.Select(static status => status.Sequence));
    }

    [Fact]
    public async Task Log_has_what_the_handler_and_the_daemon_log()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        await client.LogAsync("the index is old").InTime();
        await Assert.ThrowsAsync<DaemonRemoteException>(() => client.ThrowAsync("no such order").InTime());

        Assert.Contains(daemon.Log, static line => line.Category == "daemonrpc.tests.service" && line.Message.Contains("the index is old", StringComparison.Ordinal));
        Assert.Contains(daemon.Log, static line => line is { Category: "DaemonRpc", Level: LogLevel.Error, Exception.Message: "no such order" });
    }

    [Fact]
    public async Task Progress_is_whole_when_the_call_has_ended()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        var numbers = new RecordedProgress<int>();

        _ = await client.CountUpAsync(1000, numbers).InTime();

        Assert.Equal(1000, numbers.Values.Count);
        Assert.Equal(numbers.Values.Order(), numbers.Values);
    }

    [Fact]
    public async Task Disposing_disposes_the_handler_and_lets_held_calls_go()
    {
        var lamps = new LampLog();
        TestDaemon daemon = lamps.Create();
        await using LampClient client = await LampClient.ConnectAsync(daemon.ClientOptions()).InTime();
        using CallFault hold = daemon.HoldNext(CallPoint.BeforeHandler);
        Task<int> call = client.FlashAsync();
        await hold.Reached.InTime();

        await daemon.DisposeAsync().AsTask().InTime();

        Assert.Equal((1, 1), (lamps.Made, lamps.Disposed));
        _ = await Record.ExceptionAsync(() => call.InTime());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => daemon.StartAsync());
    }

    [Fact]
    public async Task Tests_that_run_in_parallel_do_not_see_each_other()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(static async number =>
        {
            await using TestDaemon daemon = Daemons.Create();
            await using TestServiceClient client = await daemon.ConnectAsync();
            await using TestServiceClient other = await daemon.ConnectAsync();
            for (int call = 1; call <= number; call++)
            {
                Assert.Equal(call, await (call % 2 == 0 ? client : other).CountAsync().InTime());
            }

            daemon.CrashNext(CallPoint.BeforeHandler);
            await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.CountAsync().InTime());
            Assert.Equal(2, daemon.Journal.Count);
        })).InTime();
    }

    [Fact]
    public async Task Instances_have_daemons_of_their_own()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient one = await daemon.ConnectAsync(static options => options.Instance = "one");
        await using TestServiceClient two = await daemon.ConnectAsync(static options => options.Instance = "two");

        Assert.Equal(1, await one.CountAsync().InTime());
        Assert.Equal(1, await two.CountAsync().InTime());
        Assert.Equal("two", (await two.DescribeAsync().InTime()).Instance);
    }

    [Fact]
    public async Task Watch_goes_on_with_the_daemon_that_takes_over_and_ends_with_a_crash()
    {
        await using TestDaemon daemon = Daemons.Create(configure: static options => options.CancelGrace = TimeSpan.Zero);
        await using TestServiceClient client = await daemon.ConnectAsync();
        using CallFault hang = daemon.HangNext();
        Task<int> call = client.AddAsync(1, 2);
        await hang.Reached.InTime();
        var seen = new List<DaemonStatus>();
        var tookOver = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task watching = WatchAsync();

        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());
        await tookOver.Task.InTime();
        daemon.Crash();

        await watching.InTime();
        await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call.InTime());

        async Task WatchAsync()
        {
            await foreach (DaemonStatus status in client.Daemon.WatchStatusAsync())
            {
                seen.Add(status);
                if (status is { State: DaemonState.Ready, LastCanceled.Outcome: CancelOutcome.Forced })
                {
                    tookOver.SetResult();
                }
            }
        }
    }

    [Fact]
    public async Task Stopping_stops_gracefully_and_by_force()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        await client.Daemon.StopAsync().InTime();
        Assert.Equal(1, await client.CountAsync().InTime());
        using CallFault hang = daemon.HangNext();
        Task<int> call = client.AddAsync(1, 2);
        await hang.Reached.InTime();

        await client.Daemon.StopAsync(force: true).InTime();

        await Assert.ThrowsAsync<DaemonDisconnectedException>(() => call.InTime());
        Assert.Equal(
            [DaemonJournalEvent.Started, DaemonJournalEvent.Stopped, DaemonJournalEvent.Started, DaemonJournalEvent.Stopped],
            daemon.Journal.Select(static entry => entry.Event));
    }
}
