namespace DaemonRpc.Testing.Tests.Faults;

/// <summary>A daemon that dies at a named point of a call.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Crash_before_the_request_is_repeated_on_another_daemon()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        using CallFault crash = daemon.CrashNext(CallPoint.BeforeRequest);

        Assert.Equal(5, await client.AddAsync(2, 3).InTime());

        await crash.Reached.InTime();
        Assert.Equal([DaemonJournalEvent.Started, DaemonJournalEvent.Vanished, DaemonJournalEvent.Started], daemon.Journal.Select(entry => entry.Event));
        Assert.Equal(DaemonOrigin.Started, client.Daemon.Origin);
    }

    [Fact]
    public async Task Crash_before_the_handler_leaves_it_open_whether_the_call_ran()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        using var note = new TemporaryFile();
        daemon.CrashNext(CallPoint.BeforeHandler);

        DaemonDisconnectedException failure = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.NoteAsync(note.Path, "ran").InTime());

        Assert.True(failure.MayHaveRun);
        Assert.Equal(9, failure.Signal);
        Assert.Empty(note.Lines);
    }

    [Fact]
    public async Task Crash_after_the_handler_leaves_what_it_did()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        using var note = new TemporaryFile();
        daemon.CrashNext(CallPoint.AfterHandler);

        DaemonDisconnectedException failure = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.NoteAsync(note.Path, "ran").InTime());

        Assert.True(failure.MayHaveRun);
        Assert.Equal(["ran"], note.Lines);
    }

    [Fact]
    public async Task Call_after_a_crash_starts_another_daemon_with_another_handler_and_the_first_is_not_disposed()
    {
        var lamps = new LampLog();
        await using TestDaemon daemon = lamps.Create();
        await using LampClient client = await LampClient.ConnectAsync(daemon.ClientOptions()).InTime();
        Assert.Equal(1, await client.FlashAsync().InTime());

        daemon.Crash();

        Assert.Equal(1, await client.FlashAsync().InTime());
        Assert.Equal((2, 0), (lamps.Made, lamps.Disposed));
    }

    [Fact]
    public async Task Crash_of_an_idle_daemon_is_noticed_by_nobody_who_does_not_call()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();

        daemon.Crash();
        daemon.Crash();

        Assert.Single(daemon.Journal, entry => entry.Event == DaemonJournalEvent.Vanished);
    }

    [Fact]
    public async Task Crash_between_items_lets_exactly_the_named_number_through()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        daemon.CrashNext(CallPoint.AfterItems(3));
        var received = new List<int>();

        DaemonDisconnectedException failure = await Assert.ThrowsAsync<DaemonDisconnectedException>(async () =>
        {
            await foreach (int number in client.NumbersAsync(1000))
            {
                received.Add(number);
            }
        }).InTime();

        Assert.True(failure.MayHaveRun);
        Assert.Equal(3, received.Count);
    }

    [Fact]
    public async Task Fault_for_a_method_leaves_the_calls_of_others_alone()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        using CallFault crash = daemon.CrashNext(CallPoint.BeforeHandler, nameof(ITestService.CountAsync));

        Assert.Equal(5, await client.AddAsync(2, 3).InTime());
        Assert.False(crash.Reached.IsCompleted);

        await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.CountAsync().InTime());
    }

    [Fact]
    public async Task Fault_acts_once_and_a_withdrawn_one_never()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        daemon.CrashNext(CallPoint.BeforeHandler).Dispose();
        Assert.Equal(1, await client.CountAsync().InTime());
        daemon.CrashNext(CallPoint.BeforeHandler);

        await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.CountAsync().InTime());

        Assert.Equal(1, await client.CountAsync().InTime());
    }
}
