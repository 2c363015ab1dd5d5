namespace DaemonRpc.Process.Tests.Controlling;

public sealed class StatusTests : SandboxTests
{
    [Fact]
    public async Task Another_process_sees_every_state_in_order()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        _ = await client.CountAsync().InTime();
        ToolProcess watcher = Sandbox.StartTool("watch", "--no-launch");
        _ = await watcher.LineAsync(" Ready ");

        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        _ = await watcher.LineAsync(" Busy holding");
        await File.WriteAllTextAsync(Sandbox["free"], "");
        await holding.InTime();
        await client.Daemon.StopAsync().InTime();

        IReadOnlyList<string> lines = (await watcher.EndedAsync()).Lines;
        List<string[]> statuses = [.. lines.SkipLast(1).Select(line => line.Split(' ', 3))];
        Assert.Equal(["Ready", "Busy", "Ready", "Stopping"], WithoutRepetition(statuses.Select(status => status[1])));
        long[] sequence = [.. statuses.Select(status => long.Parse(status[0], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(sequence.Order().Distinct(), sequence);
        Assert.Equal("the watch ended", lines[^1]);
    }

    [Fact]
    public async Task Error_stays_until_the_next_task()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        StatusLog log = await StatusLog.OfAsync(client.Daemon);

        _ = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.ThrowAsync("The disk is full.").InTime());

        DaemonStatus error = await log.WhenAsync(status => status.State == DaemonState.Error);
        Assert.Contains("The disk is full.", error.Message, StringComparison.Ordinal);
        Assert.Null(error.Task);
        Assert.Equal(1, error.TasksFinished);
        Assert.Equal(error.Sequence, (await client.Daemon.GetStatusAsync().InTime()).Sequence);

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        DaemonStatus ready = await client.Daemon.GetStatusAsync().InTime();
        Assert.Equal(DaemonState.Ready, ready.State);
        Assert.Null(ready.Message);
        Assert.Equal(2, ready.TasksFinished);
        Assert.True(ready.Sequence > error.Sequence);
    }

    [Fact]
    public async Task Busy_daemon_tells_its_status()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        DaemonTask task = await client.Daemon.WhenHoldingAsync();

        DaemonStatus status = await client.Daemon.GetStatusAsync().InTime();

        Assert.Equal(DaemonState.Busy, status.State);
        Assert.Equal(task.Id, status.Task?.Id);
        Assert.Equal("HoldUntilAsync", status.Task?.Method);
        Assert.Equal(Environment.ProcessId, status.Task?.ClientProcessId);
        await File.WriteAllTextAsync(Sandbox["free"], "");
        await holding.InTime();
    }

    [Fact]
    public async Task Daemon_whose_pool_has_no_thread_left_answers_all_the_same()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "200");
        Task hogging = client.HogAsync();
        _ = await client.Daemon.WhenAsync(status => status.Message == "hogging");

        Assert.Equal(DaemonState.Busy, (await client.Daemon.GetStatusAsync().InTime()).State);
        DaemonBusyException busy = await Assert.ThrowsAsync<DaemonBusyException>(() => client.AddAsync(1, 2).InTime());
        Assert.Equal("HogAsync", busy.Task?.Method);
        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => hogging.InTime());
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Watch_of_a_daemon_that_is_killed_ends()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        using WatchedProcess daemon = WatchedProcess.Of(client.Daemon.ProcessId);

        await daemon.KillAsync();

        await log.Ended.InTime();
        _ = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.Daemon.GetStatusAsync().InTime());
    }

    [Fact]
    public async Task Watch_that_is_cancelled_ends_with_the_callers_token()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        await using IAsyncEnumerator<DaemonStatus> watch = client.Daemon.WatchStatusAsync(cancellation.Token).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync().InTime());

        await cancellation.CancelAsync();

        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await watch.MoveNextAsync().InTime())
            {
            }
        });
    }

    private static List<string> WithoutRepetition(IEnumerable<string> states)
    {
        var changes = new List<string>();
        foreach (string state in states)
        {
            if (changes.Count == 0 || changes[^1] != state)
            {
                changes.Add(state);
            }
        }

        return changes;
    }
}
