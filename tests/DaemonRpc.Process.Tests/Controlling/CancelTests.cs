namespace DaemonRpc.Process.Tests.Controlling;

public sealed class CancelTests : SandboxTests
{
    [Fact]
    public async Task Another_process_cancels_and_both_are_told()
    {
        TestServiceClient owner = await Sandbox.ConnectAsync();
        Task holding = owner.HoldAsync();
        _ = await owner.Daemon.WhenHoldingAsync();

        ToolProcess canceller = Sandbox.StartTool("cancel", "--no-launch");

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());
        Assert.Equal("Stopped", await canceller.AnswerAsync());
        Assert.Equal(CancelOutcome.Stopped, exception.Outcome);
        Assert.Equal(canceller.Id, exception.CanceledBy);
        Assert.Equal(CancellationToken.None, exception.CancellationToken);
        Assert.Equal(1, await owner.CancelledHoldsAsync().InTime());
    }

    [Fact]
    public async Task Owner_in_another_process_is_told_who_cancelled()
    {
        ToolProcess owner = Sandbox.StartTool("hold");
        TestServiceClient canceller = await Sandbox.ConnectAsync();
        _ = await canceller.Daemon.WhenHoldingAsync();

        Assert.Equal(CancelOutcome.Stopped, await canceller.Daemon.CancelAsync().InTime());

        Assert.Equal($"canceled Stopped {Environment.ProcessId}", await owner.AnswerAsync(exitCode: 3));
    }

    [Fact]
    public async Task Callers_own_token_cancels()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task holding = client.HoldAsync(cancellation.Token);
        _ = await client.Daemon.WhenHoldingAsync();

        await cancellation.CancelAsync();

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.Equal(CancelOutcome.Stopped, exception.Outcome);
        Assert.Equal(Environment.ProcessId, exception.CanceledBy);
        Assert.Equal(1, await client.CancelledHoldsAsync().InTime());
    }

    [Fact]
    public async Task Call_whose_token_is_cancelled_already_never_starts()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(
            () => client.AddAsync(1, 2, new CancellationToken(canceled: true)).InTime());

        Assert.Equal(CancelOutcome.NeverStarted, exception.Outcome);
        Assert.Equal(0, (await client.Daemon.GetStatusAsync().InTime()).TasksFinished);
    }

    [Fact]
    public async Task Call_that_takes_too_long_is_cancelled()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.CallTimeout = TimeSpan.FromMilliseconds(500);
        TestServiceClient client = await Sandbox.ConnectAsync(options);

        DaemonTimeoutException exception = await Assert.ThrowsAsync<DaemonTimeoutException>(() => client.HoldAsync().InTime());

        Assert.True(exception.MayHaveRun);
        Assert.Equal(options.CallTimeout, exception.Limit);
        Assert.Equal(DaemonState.Ready, (await client.Daemon.GetStatusAsync().InTime()).State);
    }

    [Fact]
    public async Task Call_of_a_client_that_is_stopped_is_cancelled_when_it_takes_too_long()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        ToolProcess caller = Sandbox.StartTool("hold", "--no-launch", "--limit", "1000");
        _ = await log.WhenHoldingAsync();
        await caller.FreezeAsync();

        DaemonStatus ready = await log.WhenAfterAsync(status => status.Message == "holding", status => status.State == DaemonState.Ready);

        Assert.Equal(
            ("HoldAsync", CancelOutcome.Stopped, caller.Id),
            (ready.LastCanceled!.Method, ready.LastCanceled.Outcome, ready.LastCanceled.CanceledBy));
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Id_of_a_task_that_has_ended_cancels_no_other()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Task first = client.HoldUntilAsync(Sandbox["first"]);
        DaemonTask ended = await client.Daemon.WhenHoldingAsync();
        await File.WriteAllTextAsync(Sandbox["first"], "");
        await first.InTime();
        Task second = client.HoldUntilAsync(Sandbox["second"]);
        DaemonTask running = await client.Daemon.WhenHoldingAsync();

        Assert.Equal(CancelOutcome.NothingRunning, await client.Daemon.CancelAsync(ended.Id).InTime());

        Assert.NotEqual(ended.Id, running.Id);
        Assert.Equal(running.Id, (await client.Daemon.GetStatusAsync().InTime()).Task?.Id);
        await File.WriteAllTextAsync(Sandbox["second"], "");
        await second.InTime();
    }

    [Fact]
    public async Task Id_of_the_running_task_cancels_it()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Task holding = client.HoldAsync();
        DaemonTask task = await client.Daemon.WhenHoldingAsync();

        Assert.Equal(CancelOutcome.Stopped, await client.Daemon.CancelAsync(task.Id).InTime());
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());
    }

    [Fact]
    public async Task Idle_daemon_has_nothing_to_cancel()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        Assert.Equal(CancelOutcome.NothingRunning, await client.Daemon.CancelAsync().InTime());
    }

    [Fact]
    public async Task Handler_that_finishes_anyway_has_completed_and_its_result_counts()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Task<int> finishing = client.FinishAnywayAsync();
        _ = await client.Daemon.WhenHoldingAsync();

        Assert.Equal(CancelOutcome.Completed, await client.Daemon.CancelAsync().InTime());

        Assert.Equal(7, await finishing.InTime());
    }

    [Fact]
    public async Task All_who_cancel_one_task_get_one_outcome()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Task holding = client.HoldAsync();
        DaemonTask task = await client.Daemon.WhenHoldingAsync();

        CancelOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.Daemon.CancelAsync(task.Id))).InTime();

        // Who came when it had ended found nothing.
        Assert.Contains(CancelOutcome.Stopped, outcomes);
        Assert.All(outcomes, outcome => Assert.True(outcome is CancelOutcome.Stopped or CancelOutcome.NothingRunning, $"{outcome}"));
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());
    }
}
