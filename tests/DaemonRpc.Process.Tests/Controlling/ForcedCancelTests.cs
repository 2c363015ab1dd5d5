namespace DaemonRpc.Process.Tests.Controlling;

public sealed class ForcedCancelTests : SandboxTests
{
    [Fact]
    public async Task Handler_that_ignores_its_token_is_ended_with_its_process()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "200");
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        int processId = client.Daemon.ProcessId;
        Task spinning = client.SpinAsync();
        _ = await log.WhenAsync(status => status.Message == "spinning");

        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());
        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime());
        Assert.Equal(CancelOutcome.Forced, exception.Outcome);
        Assert.Equal(Environment.ProcessId, exception.CanceledBy);

        // Nobody calls: the successor came by itself, and the watch has followed it.
        DaemonStatus ready = await log.WhenAfterAsync(status => status.Message == "spinning", status => status.State == DaemonState.Ready);
        Assert.Equal(0, ready.TasksFinished);
        Assert.Null(ready.Task);
        Assert.NotNull(await DaemonControl.FindAsync(DaemonSandbox.Id, runtimeDirectory: Sandbox.RuntimeDirectory).InTime());
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(processId, client.Daemon.ProcessId);
        Assert.Equal(DaemonOrigin.Reused, client.Daemon.Origin);
        Assert.Equal(2, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Owner_in_another_process_is_told_of_the_force()
    {
        ToolProcess owner = Sandbox.StartTool("spin", "--daemon", "--grace", "200");
        TestServiceClient canceller = await Sandbox.ConnectAsync();
        _ = await canceller.Daemon.WhenAsync(status => status.Message == "spinning");

        Assert.Equal(CancelOutcome.Forced, await canceller.Daemon.CancelAsync().InTime());

        Assert.Equal($"canceled Forced {Environment.ProcessId}", await owner.AnswerAsync(exitCode: 3));
    }

    [Fact]
    public async Task Owner_whose_own_token_led_to_force_is_told_of_both()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "200");
        using var cancellation = new CancellationTokenSource();
        Task spinning = client.DefyAsync("swallow", Sandbox.Folder, cancellation.Token);
        _ = await client.Daemon.WhenAsync(status => status.Message == "spinning");

        await cancellation.CancelAsync();

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime());
        Assert.Equal(CancelOutcome.Forced, exception.Outcome);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(2, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Owner_whose_limit_led_to_force_is_told_of_the_limit()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "200");
        DaemonClientOptions options = Sandbox.Options();
        options.CallTimeout = TimeSpan.FromSeconds(1);
        TestServiceClient impatient = await Sandbox.ConnectAsync(options);
        Task spinning = impatient.SpinAsync();

        DaemonTimeoutException exception = await Assert.ThrowsAsync<DaemonTimeoutException>(() => spinning.InTime());

        Assert.True(exception.MayHaveRun);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(2, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Successor_is_the_same_program_with_the_same_arguments()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "200", "--limit", "100000");
        string commandLine = ProcessTable.CommandLine(client.Daemon.ProcessId);
        Task spinning = client.SpinAsync();
        _ = await client.Daemon.WhenAsync(status => status.Message == "spinning");

        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());

        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime());
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(commandLine, ProcessTable.CommandLine(client.Daemon.ProcessId));
    }

    [Fact]
    public async Task Calls_that_meet_the_hand_over_are_served_by_the_successor()
    {
        TestServiceClient owner = await Sandbox.ConnectAsync("--grace", "200");
        DaemonClientOptions options = Sandbox.Options();
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        TestServiceClient[] waiters = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Sandbox.ConnectAsync(options)));
        Task spinning = owner.SpinAsync();
        _ = await owner.Daemon.WhenAsync(status => status.Message == "spinning");
        Task<int>[] waiting = [.. waiters.Select(waiter => waiter.AddAsync(1, 2))];

        Assert.Equal(CancelOutcome.Forced, await owner.Daemon.CancelAsync().InTime());

        Assert.All(await Task.WhenAll(waiting).InTime(), sum => Assert.Equal(3, sum));
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime());
        Assert.Equal(2, await Sandbox.StartsAsync());
    }
}
