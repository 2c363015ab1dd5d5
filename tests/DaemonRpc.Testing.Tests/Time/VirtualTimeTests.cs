using Microsoft.Extensions.Time.Testing;

namespace DaemonRpc.Testing.Tests.Time;

/// <summary>Timeouts that pass when the test says so, and not before.</summary>
public sealed class VirtualTimeTests
{
    private static readonly TimeSpan s_hours = TimeSpan.FromHours(3);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Idle_timeout_passes_when_the_clock_is_moved()
    {
        await using TestDaemon daemon = Daemons.Create(_time, static options => options.IdleTimeout = s_hours);
        await using TestServiceClient client = await daemon.ConnectAsync();
        Assert.Equal(1, await client.CountAsync().InTime());

        _time.Advance(s_hours - TimeSpan.FromTicks(1));
        Assert.Equal(2, await client.CountAsync().InTime());
        _time.Advance(s_hours);

        Assert.Equal(1, await client.CountAsync().InTime());
        Assert.Equal([DaemonJournalEvent.Started, DaemonJournalEvent.IdledOut, DaemonJournalEvent.Started], daemon.Journal.Select(entry => entry.Event));
    }

    [Fact]
    public async Task Busy_timeout_passes_when_the_clock_is_moved()
    {
        await using TestDaemon daemon = Daemons.Create(_time);
        await using TestServiceClient client = await daemon.ConnectAsync(static options => options.BusyTimeout = s_hours);
        await using DaemonOccupation occupation = await daemon.OccupyAsync("IndexAsync");
        Task<int> waiting = client.AddAsync(1, 2);
        await daemon.UntilAsync(static status => status.Waiting == 1);
        _time.Advance(s_hours - TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await client.Daemon.GetStatusAsync().InTime()).Waiting);

        _time.Advance(TimeSpan.FromSeconds(1));

        DaemonBusyException busy = await Assert.ThrowsAsync<DaemonBusyException>(() => waiting.InTime());
        Assert.Contains("10800 s", busy.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Short_busy_timeout_does_not_pass_by_itself()
    {
        await using TestDaemon daemon = Daemons.Create(_time);
        await using TestServiceClient client = await daemon.ConnectAsync(static options => options.BusyTimeout = TimeSpan.FromMilliseconds(1));
        await using DaemonOccupation occupation = await daemon.OccupyAsync("IndexAsync");

        // Waits of real time pass meanwhile: both calls wait for a millisecond of a clock that stands.
        Task<int>[] waiting = [.. Enumerable.Range(0, 20).Select(number => client.AddAsync(number, 0))];
        await daemon.UntilAsync(static status => status.Waiting == 20);
        await occupation.DisposeAsync();

        Assert.Equal(Enumerable.Range(0, 20), await Task.WhenAll(waiting).InTime());
    }

    [Fact]
    public async Task Call_timeout_passes_when_the_clock_is_moved()
    {
        await using TestDaemon daemon = Daemons.Create(_time);
        await using TestServiceClient client = await daemon.ConnectAsync(static options => options.CallTimeout = s_hours);
        using CallFault hold = daemon.HoldNext(CallPoint.BeforeHandler);
        Task<int> call = client.AddAsync(1, 2);
        await hold.Reached.InTime();
        _time.Advance(s_hours - TimeSpan.FromSeconds(1));
        Assert.False(hold.Canceled.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));

        DaemonTimeoutException timeout = await Assert.ThrowsAsync<DaemonTimeoutException>(() => call.InTime());
        Assert.True(timeout.MayHaveRun);
        Assert.Equal(s_hours, timeout.Limit);
    }

    [Fact]
    public async Task Call_timeout_of_a_client_that_is_gone_is_kept_by_the_daemon()
    {
        await using TestDaemon daemon = Daemons.Create(_time, static options => options.DisconnectBehavior = DisconnectBehavior.ContinueTask);
        using CallFault hold = daemon.HoldNext(CallPoint.BeforeHandler);
        await using (TestServiceClient client = await daemon.ConnectAsync(static options => options.CallTimeout = s_hours))
        {
            _ = client.AddAsync(1, 2);
            await hold.Reached.InTime();
        }

        _time.Advance(s_hours);

        await hold.Canceled.InTime();
    }

    [Fact]
    public async Task Cancel_grace_passes_when_the_clock_is_moved()
    {
        await using TestDaemon daemon = Daemons.Create(_time, static options => options.CancelGrace = s_hours);
        await using TestServiceClient client = await daemon.ConnectAsync();
        using var canceling = new CancellationTokenSource();
        using CallFault hang = daemon.HangNext();
        Task<int> call = client.AddAsync(1, 2, canceling.Token);
        await hang.Reached.InTime();
        canceling.Cancel();
        await hang.Canceled.InTime();
        _time.Advance(s_hours - TimeSpan.FromSeconds(1));
        Assert.Equal("AddAsync", (await client.Daemon.GetStatusAsync().InTime()).Task?.Method);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(CancelOutcome.Forced, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call.InTime())).Outcome);
    }
}
