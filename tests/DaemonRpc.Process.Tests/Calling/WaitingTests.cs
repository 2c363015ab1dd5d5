namespace DaemonRpc.Process.Tests.Calling;

/// <summary>The line of calls that wait for a busy daemon.</summary>
public sealed class WaitingTests : SandboxTests
{
    private Task _holding = Task.CompletedTask;

    [Fact]
    public async Task Waiters_are_served_in_the_order_they_came()
    {
        StatusLog log = await HoldAsync();

        Task<int>[] notes = await NotesAsync(8, log);
        await FreeAsync();

        _ = await Task.WhenAll(notes).InTime();
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7"], await NotedAsync());

        // The daemon was never free before the last of them had ended.
        DaemonStatus free = await log.WhenAfterAsync(status => status.Waiting == 8, status => status.Task is null);
        Assert.Equal((9L, 0), (free.TasksFinished, free.Waiting));
    }

    [Fact]
    public async Task Waiter_that_is_killed_leaves_the_line_and_those_behind_it_move_up()
    {
        StatusLog log = await HoldAsync();
        ToolProcess tool = Sandbox.StartTool("add", "1", "2", "--wait");
        Assert.Null((await log.WhenAsync(status => status.Waiting == 1)).Position);
        TestServiceClient waiter = await WaiterAsync();
        Task<int> waiting = waiter.AddAsync(3, 4);
        Assert.Equal(2, (await log.WhenAsync(status => status.Waiting == 2)).Position);

        tool.Kill();

        DaemonStatus moved = await log.WhenAfterAsync(status => status.Waiting == 2, status => status.Waiting == 1);
        Assert.Equal(1, moved.Position);
        Assert.Equal((1, 1), await WaitingAsync(waiter));
        await FreeAsync();
        Assert.Equal(7, await waiting.InTime());
        Assert.Equal((0, null), await WaitingAsync(waiter));
    }

    [Fact]
    public async Task Waiter_that_is_cancelled_leaves_the_line_before_it_is_told()
    {
        StatusLog log = await HoldAsync();
        TestServiceClient waiter = await WaiterAsync();
        using var cancellation = new CancellationTokenSource();
        Task<int> waiting = waiter.AddAsync(3, 4, cancellation.Token);
        _ = await log.WhenAsync(status => status.Waiting == 1);

        await cancellation.CancelAsync();

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => waiting.InTime());
        Assert.Equal(CancelOutcome.NeverStarted, exception.Outcome);
        Assert.Equal((0, null), await WaitingAsync(waiter));
        await FreeAsync();
        Assert.Equal(3, await waiter.AddAsync(1, 2).InTime());
        Assert.Equal(2, (await waiter.Daemon.GetStatusAsync().InTime()).TasksFinished);
    }

    [Fact]
    public async Task Calls_that_wait_when_the_daemon_is_killed_run_once_on_the_next()
    {
        StatusLog log = await HoldAsync();
        Task<int>[] notes = await NotesAsync(4, log);
        int killed = (await DaemonControl.FindAsync(DaemonSandbox.Id, null, Sandbox.RuntimeDirectory).InTime())!.ProcessId;
        using WatchedProcess process = WatchedProcess.Of(killed);

        process.Signal(LibC.Kill);

        int[] served = await Task.WhenAll(notes).InTime();
        Assert.Equal(["0", "1", "2", "3"], (await NotedAsync()).Order());
        Assert.DoesNotContain(killed, served);
        Assert.True((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => _holding.InTime())).MayHaveRun);
        Assert.Equal(2, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Calls_that_wait_for_a_task_that_is_ended_by_force_run_once_on_the_successor()
    {
        TestServiceClient owner = await Sandbox.ConnectAsync("--grace", "200");
        StatusLog log = await StatusLog.OfAsync(owner.Daemon);
        Task spinning = owner.SpinAsync();
        _ = await log.WhenAsync(status => status.Message == "spinning");
        Task<int>[] notes = await NotesAsync(4, log);

        Assert.Equal(CancelOutcome.Forced, await owner.Daemon.CancelAsync().InTime());

        _ = await Task.WhenAll(notes).InTime();
        Assert.Equal(["0", "1", "2", "3"], (await NotedAsync()).Order());
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime());
        Assert.Equal(2, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Calls_that_wait_when_the_daemon_is_stopped_run_once_on_the_next_after_its_task_has_ended()
    {
        StatusLog log = await HoldAsync();
        Task<int>[] notes = await NotesAsync(4, log);
        DaemonHandle daemon = (await DaemonControl.FindAsync(DaemonSandbox.Id, null, Sandbox.RuntimeDirectory).InTime())!;
        Task stopping = daemon.StopAsync();
        _ = await log.WhenAsync(status => status is { State: DaemonState.Stopping, Waiting: 0 });
        Assert.All(notes, note => Assert.False(note.IsCompleted));

        await FreeAsync();

        await stopping.InTime();
        await _holding.InTime();
        int[] served = await Task.WhenAll(notes).InTime();
        Assert.Equal(["0", "1", "2", "3"], (await NotedAsync()).Order());
        Assert.DoesNotContain(daemon.ProcessId, served);
    }

    [Fact]
    public async Task A_thousand_calls_wait_and_the_next_is_told_that_there_is_no_room()
    {
        StatusLog log = await HoldAsync();
        TestServiceClient waiter = await WaiterAsync();
        Task<int>[] waiting = [.. Enumerable.Range(0, 1000).Select(number => waiter.AddAsync(number, 1))];
        _ = await log.WhenAsync(status => status.Waiting == 1000);

        DaemonBusyException refused = await Assert.ThrowsAsync<DaemonBusyException>(() => waiter.AddAsync(1, 2).InTime());

        Assert.Equal(("HoldUntilAsync", 1000), (refused.Task?.Method, refused.Status.Waiting));
        Assert.Contains("too many calls wait", refused.Message, StringComparison.Ordinal);
        await FreeAsync();
        Assert.Equal(Enumerable.Range(1, 1000), await Task.WhenAll(waiting).InTime());
    }

    [Fact]
    public async Task Arguments_of_waiting_calls_take_no_more_memory_than_one_call_may()
    {
        StatusLog log = await HoldAsync("--limit", "100000");
        TestServiceClient waiter = await WaiterAsync();
        Task<int> waiting = waiter.LengthAsync(new byte[60_000]);
        _ = await log.WhenAsync(status => status.Waiting == 1);

        _ = await Assert.ThrowsAsync<DaemonBusyException>(() => waiter.LengthAsync(new byte[60_000]).InTime());

        await FreeAsync();
        Assert.Equal(60_000, await waiting.InTime());
    }

    [Fact]
    public async Task Call_that_would_wait_for_a_stream_of_its_own_client_fails_at_once()
    {
        TestServiceClient client = await WaiterAsync();
        int read = 0;
        await foreach (int number in client.NumbersAsync(1_000_000))
        {
            DaemonBusyException busy = await Assert.ThrowsAsync<DaemonBusyException>(() => client.AddAsync(1, 2).InTime());
            Assert.Equal("NumbersAsync", busy.Task?.Method);
            Assert.Contains("stream of the same client", busy.Message, StringComparison.Ordinal);
            if (++read == 3)
            {
                break;
            }
        }

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Waiting_ends_in_time_though_no_thread_of_the_pool_is_free()
    {
        TestServiceClient owner = await Sandbox.ConnectAsync("--grace", "200");
        Task hogging = owner.HogAsync();
        _ = await owner.Daemon.WhenAsync(status => status.Message == "hogging");
        TestServiceClient waiter = await WaiterAsync(TimeSpan.FromMilliseconds(200));

        DaemonBusyException busy = await Assert.ThrowsAsync<DaemonBusyException>(() => waiter.AddAsync(1, 2).InTime());

        Assert.Equal("hogging", busy.Status.Message);
        Assert.Equal(CancelOutcome.Forced, await owner.Daemon.CancelAsync().InTime());
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => hogging.InTime());
    }

    /// <summary>Has a task run until <see cref="FreeAsync"/>, and watches it.</summary>
    private async Task<StatusLog> HoldAsync(params string[] daemonArguments)
    {
        TestServiceClient holder = await Sandbox.ConnectAsync(daemonArguments);
        StatusLog log = await StatusLog.OfAsync(holder.Daemon);
        _holding = holder.HoldUntilAsync(Sandbox["free"]);
        _ = await log.WhenHoldingAsync();
        return log;
    }

    private Task FreeAsync() => File.WriteAllTextAsync(Sandbox["free"], "");

    /// <summary>As many calls of clients of their own, one after another in the queue.</summary>
    private async Task<Task<int>[]> NotesAsync(int count, StatusLog log)
    {
        var notes = new Task<int>[count];
        for (int number = 0; number < count; number++)
        {
            TestServiceClient waiter = await WaiterAsync();
            notes[number] = waiter.NoteAsync(Sandbox["notes"], $"{number}");
            _ = await log.WhenAsync(status => status.Waiting == number + 1);
        }

        return notes;
    }

    private Task<string[]> NotedAsync() => File.ReadAllLinesAsync(Sandbox["notes"]);

    private Task<TestServiceClient> WaiterAsync() => WaiterAsync(Timeout.InfiniteTimeSpan);

    private Task<TestServiceClient> WaiterAsync(TimeSpan busyWait)
    {
        DaemonClientOptions options = Sandbox.Options();
        options.BusyTimeout = busyWait;
        return Sandbox.ConnectAsync(options);
    }

    private static async Task<(int Waiting, int? Position)> WaitingAsync(TestServiceClient client)
    {
        DaemonStatus status = await client.Daemon.GetStatusAsync().InTime();
        return (status.Waiting, status.Position);
    }
}
