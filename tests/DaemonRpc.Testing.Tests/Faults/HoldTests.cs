namespace DaemonRpc.Testing.Tests.Faults;

/// <summary>A call that is delayed until the test lets it go on, or that hangs.</summary>
public sealed class HoldTests
{
    [Fact]
    public async Task Held_call_goes_on_when_released()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        using CallFault hold = daemon.HoldNext(CallPoint.BeforeHandler);

        Task<int> call = client.AddAsync(1, 2);
        await hold.Reached.InTime();
        Assert.False(call.IsCompleted);
        Assert.Equal(DaemonState.Busy, (await client.Daemon.GetStatusAsync().InTime()).State);
        hold.Release();

        Assert.Equal(3, await call.InTime());
    }

    [Fact]
    public async Task Call_held_after_its_handler_has_run_and_is_not_answered()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        using var note = new TemporaryFile();
        using CallFault hold = daemon.HoldNext(CallPoint.AfterHandler);

        Task<int> call = client.NoteAsync(note.Path, "ran");
        await hold.Reached.InTime();

        Assert.Equal(["ran"], note.Lines);
        Assert.False(call.IsCompleted);
        hold.Release();
        _ = await call.InTime();
    }

    [Fact]
    public async Task Held_call_can_be_cancelled()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        using var canceling = new CancellationTokenSource();
        using CallFault hold = daemon.HoldNext(CallPoint.BeforeHandler);
        Task<int> call = client.AddAsync(1, 2, canceling.Token);
        await hold.Reached.InTime();

        canceling.Cancel();

        DaemonTaskCanceledException canceled = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call.InTime());
        Assert.Equal(CancelOutcome.Stopped, canceled.Outcome);
    }

    [Fact]
    public async Task Stream_is_held_between_two_items()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        using CallFault hold = daemon.HoldNext(CallPoint.AfterItems(2));
        await using IAsyncEnumerator<int> numbers = client.NumbersAsync(5).GetAsyncEnumerator();
        var received = new List<int>();
        for (int item = 0; item < 2; item++)
        {
            Assert.True(await numbers.MoveNextAsync().InTime());
            received.Add(numbers.Current);
        }

        Task<bool> third = numbers.MoveNextAsync().AsTask();
        await hold.Reached.InTime();
        Assert.False(third.IsCompleted);
        hold.Release();
        Assert.True(await third.InTime());
        received.Add(numbers.Current);
        while (await numbers.MoveNextAsync().InTime())
        {
            received.Add(numbers.Current);
        }

        Assert.Equal(5, received.Distinct().Count());
    }

    [Fact]
    public async Task Hanging_call_that_is_cancelled_is_ended_by_force_and_another_daemon_takes_over()
    {
        await using TestDaemon daemon = Daemons.Create(configure: static options => options.CancelGrace = TimeSpan.Zero);
        await using TestServiceClient client = await daemon.ConnectAsync();
        using var canceling = new CancellationTokenSource();
        using CallFault hang = daemon.HangNext();
        Task<int> call = client.AddAsync(1, 2, canceling.Token);
        await hang.Reached.InTime();

        canceling.Cancel();

        DaemonTaskCanceledException canceled = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call.InTime());
        Assert.Equal(CancelOutcome.Forced, canceled.Outcome);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal([DaemonJournalEvent.Started, DaemonJournalEvent.Forced, DaemonJournalEvent.TookOver], daemon.Journal.Select(entry => entry.Event));
        Assert.Equal(CancelOutcome.Forced, (await client.Daemon.GetStatusAsync().InTime()).LastCanceled?.Outcome);
    }

    [Fact]
    public async Task Who_cancels_a_hanging_call_of_another_client_is_told_that_it_was_forced()
    {
        await using TestDaemon daemon = Daemons.Create(configure: static options => options.CancelGrace = TimeSpan.Zero);
        await using TestServiceClient client = await daemon.ConnectAsync();
        await using TestServiceClient other = await daemon.ConnectAsync();
        using CallFault hang = daemon.HangNext();
        Task<int> call = client.AddAsync(1, 2);
        await hang.Reached.InTime();

        Assert.Equal(CancelOutcome.Forced, await other.Daemon.CancelAsync().InTime());

        Assert.Equal(CancelOutcome.Forced, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call.InTime())).Outcome);
    }

    [Fact]
    public async Task Nothing_is_held_before_a_request()
    {
        await using TestDaemon daemon = Daemons.Create();

        Assert.Throws<ArgumentException>(() => daemon.HoldNext(CallPoint.BeforeRequest));
    }
}
