namespace DaemonRpc.Process.Tests.Ending;

public sealed class DisconnectTests : SandboxTests
{
    [Fact]
    public async Task Client_that_is_killed_takes_its_task_with_it()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        ToolProcess holder = Sandbox.StartTool("hold");
        DaemonStatus holding = await log.WhenHoldingAsync();

        holder.Kill();

        DaemonStatus ready = await log.WhenAsync(status => status.Sequence > holding.Sequence && status.State == DaemonState.Ready);
        Assert.Equal(1, ready.TasksFinished);
        Assert.Equal(1, await client.CancelledHoldsAsync().InTime());
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Client_that_is_killed_while_its_handler_ignores_it_costs_the_daemon()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "200");
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        ToolProcess spinner = Sandbox.StartTool("spin");
        _ = await log.WhenAsync(status => status.Message == "spinning");

        spinner.Kill();

        _ = await log.WhenAfterAsync(status => status.Message == "spinning", status => status.State == DaemonState.Ready);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        DaemonJournalEntry forced = Assert.Single(await client.Daemon.ReadJournalAsync().InTime(), entry => entry.Event == DaemonJournalEvent.Forced);
        Assert.Equal(spinner.Id, forced.ByProcessId);
    }

    [Fact]
    public async Task Task_of_a_daemon_that_continues_outlives_its_client()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--continue");
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        TestServiceClient leaver = await Sandbox.ConnectAsync();
        Task holding = leaver.HoldUntilAsync(Sandbox["free"]);
        _ = await log.WhenHoldingAsync();

        await leaver.DisposeAsync().InTime();

        _ = await Assert.ThrowsAsync<ObjectDisposedException>(() => holding.InTime());
        Assert.Equal(DaemonState.Busy, (await client.Daemon.GetStatusAsync().InTime()).State);
        await File.WriteAllTextAsync(Sandbox["free"], "");
        DaemonStatus ready = await log.WhenAfterAsync(status => status.Message == "holding", status => status.Task is null);
        Assert.Equal(DaemonState.Ready, ready.State);
    }

    [Fact]
    public async Task Daemon_that_is_killed_in_the_middle_of_a_call_may_have_run_it()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        int processId = client.Daemon.ProcessId;
        using WatchedProcess process = WatchedProcess.Of(processId);
        Task holding = client.HoldAsync();
        _ = await client.Daemon.WhenHoldingAsync();

        await process.KillAsync();

        DaemonDisconnectedException exception = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => holding.InTime());
        Assert.True(exception.MayHaveRun);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.NotEqual(processId, client.Daemon.ProcessId);
        Assert.Equal(DaemonOrigin.Started, client.Daemon.Origin);
    }

    [Fact]
    public async Task Call_that_ran_when_the_daemon_was_killed_is_not_made_again()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        for (int round = 0; round < 5; round++)
        {
            DaemonDisconnectedException exception =
                await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.NoteAndDieAsync(Sandbox["notes"], $"{round}").InTime());
            Assert.True(exception.MayHaveRun);
        }

        // Whoever would make the calls again has had time for it: the same client is served.
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(["0", "1", "2", "3", "4"], await File.ReadAllLinesAsync(Sandbox["notes"]));
    }

    [Fact]
    public async Task Daemon_that_is_killed_between_calls_is_not_missed()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        for (int round = 0; round < 5; round++)
        {
            int processId = client.Daemon.ProcessId;
            using WatchedProcess process = WatchedProcess.Of(processId);

            await process.KillAsync();

            Assert.Equal(3, await client.AddAsync(1, 2).InTime());
            Assert.NotEqual(processId, client.Daemon.ProcessId);
        }
    }

    [Fact]
    public async Task Client_that_is_disposed_cancels_its_task()
    {
        TestServiceClient watcher = await Sandbox.ConnectAsync();
        TestServiceClient owner = await Sandbox.ConnectAsync();
        Task holding = owner.HoldAsync();
        _ = await watcher.Daemon.WhenHoldingAsync();

        await owner.DisposeAsync().InTime();

        ObjectDisposedException exception = await Assert.ThrowsAsync<ObjectDisposedException>(() => holding.InTime());
        Assert.Contains("HoldAsync", exception.Message, StringComparison.Ordinal);
        _ = await watcher.Daemon.WhenAsync(status => status.State == DaemonState.Ready);
        Assert.Equal(1, await watcher.CancelledHoldsAsync().InTime());
    }
}
