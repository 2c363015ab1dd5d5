namespace DaemonRpc.Process.Tests.Ending;

/// <summary>A long task that lets short calls pass, in real daemons: what ends either of them, and what each client is told.</summary>
public sealed class YieldTests : SandboxTests
{
    private const string Checked = "checked";

    [Fact]
    public async Task Short_calls_pass_a_long_task()
    {
        TestServiceClient owner = await Sandbox.ConnectAsync();
        StatusLog log = await StatusLog.OfAsync(owner.Daemon);
        Task<int> checking = owner.CheckAsync(Sandbox[Checked]);
        _ = await log.WhenAsync(status => status.Message == "checking");
        TestServiceClient waiter = await WaiterAsync();

        for (int call = 1; call <= 50; call++)
        {
            Assert.Equal(call, await waiter.CountAsync().InTime());
        }

        Assert.False(checking.IsCompleted);
        DaemonStatus status = await owner.Daemon.GetStatusAsync().InTime();
        Assert.Equal(("CheckAsync", "checking", 0.25, 50), (status.Task?.Method, status.Message, status.Progress, status.TasksFinished));
        _ = await log.WhenAsync(status => status is { Task.Method: "CountAsync", YieldedTasks: [{ Method: "CheckAsync" }] });
        TestServiceClient hasty = await Sandbox.ConnectAsync();
        _ = await Assert.ThrowsAsync<DaemonBusyException>(() => hasty.CountAsync().InTime());
        await FinishAsync();
        Assert.Equal(50, await checking.InTime());
    }

    [Fact]
    public async Task Client_that_is_killed_while_its_task_has_given_way_takes_it_along()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        ToolProcess checker = Sandbox.StartTool("check", Sandbox[Checked]);
        _ = await log.WhenAsync(status => status.Message == "checking");
        Task holding = await HoldInBetweenAsync(log);

        checker.Kill();
        await FreeAsync();

        await holding.InTime();
        DaemonStatus ready = await log.WhenAfterAsync(status => status.Message == "holding", status => status.State == DaemonState.Ready);
        Assert.Equal((2L, "CheckAsync", CancelOutcome.Stopped, checker.Id), (ready.TasksFinished, ready.LastCanceled?.Method, ready.LastCanceled?.Outcome, ready.LastCanceled?.CanceledBy));
        Assert.Equal(1, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Task_in_between_that_is_ended_by_force_takes_the_other_along_and_its_client_is_told()
    {
        (Task<int> checking, StatusLog log) = await CheckAsync("--grace", "200");
        TestServiceClient spinner = await WaiterAsync();
        Task spinning = spinner.SpinAsync();
        DaemonStatus status = await log.WhenAsync(status => status.Message == "spinning");
        Assert.Equal("CheckAsync", Assert.Single(status.YieldedTasks).Method);

        Assert.Equal(CancelOutcome.Forced, await spinner.Daemon.CancelAsync().InTime());

        Assert.Equal(CancelOutcome.Forced, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => spinning.InTime())).Outcome);
        Assert.True((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => checking.InTime())).MayHaveRun);
        Assert.Equal(1, await spinner.CountAsync().InTime());
        Assert.Equal(2, await Sandbox.StartsAsync());
    }

    [Fact]
    public async Task Task_that_gave_way_is_cancelled_by_its_id_and_ended_by_force_once_it_could_obey()
    {
        (Task<int> checking, StatusLog log) = await CheckAsync(obeys: false, "--grace", "200");
        Task holding = await HoldInBetweenAsync(log);
        DaemonHandle daemon = (await DaemonControl.FindAsync(DaemonSandbox.Id, null, Sandbox.RuntimeDirectory).InTime())!;
        Task<CancelOutcome> cancelling = daemon.CancelAsync((await log.WhenHoldingAsync()).YieldedTasks[0].Id);

        // Longer than the grace, which does not begin before the task could obey.
        Assert.NotSame(cancelling, await Task.WhenAny(cancelling, Task.Delay(600)));
        await FreeAsync();

        await holding.InTime();
        Assert.Equal(CancelOutcome.Forced, await cancelling.InTime());
        Assert.Equal(CancelOutcome.Forced, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => checking.InTime())).Outcome);
    }

    [Fact]
    public async Task Daemon_that_is_stopped_ends_when_both_have_ended()
    {
        (Task<int> checking, StatusLog log) = await CheckAsync();
        Task holding = await HoldInBetweenAsync(log);
        DaemonHandle daemon = (await DaemonControl.FindAsync(DaemonSandbox.Id, null, Sandbox.RuntimeDirectory).InTime())!;
        Task stopping = daemon.StopAsync();
        _ = await log.WhenAsync(status => status is { State: DaemonState.Stopping, Task.Method: "HoldUntilAsync", YieldedTasks: [{ Method: "CheckAsync" }] });

        await FreeAsync();
        await holding.InTime();
        _ = await log.WhenAsync(status => status is { State: DaemonState.Stopping, Task.Method: "CheckAsync", YieldedTasks: [] });
        Assert.False(stopping.IsCompleted);
        await FinishAsync();

        Assert.Equal(0, await checking.InTime());
        await stopping.InTime();
        Assert.Null(await DaemonControl.FindAsync(DaemonSandbox.Id, null, Sandbox.RuntimeDirectory).InTime());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Daemon_that_ends_at_once_may_have_run_both(bool isKilled)
    {
        (Task<int> checking, StatusLog log) = await CheckAsync();
        Task holding = await HoldInBetweenAsync(log);
        DaemonHandle daemon = (await DaemonControl.FindAsync(DaemonSandbox.Id, null, Sandbox.RuntimeDirectory).InTime())!;
        using WatchedProcess process = WatchedProcess.Of(daemon.ProcessId);

        if (isKilled)
        {
            process.Signal(LibC.Kill);
        }
        else
        {
            await daemon.StopAsync(force: true).InTime();
        }

        Assert.True((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => checking.InTime())).MayHaveRun);
        Assert.True((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => holding.InTime())).MayHaveRun);
    }

    [Fact]
    public async Task Newer_build_is_served_when_the_task_that_gave_way_has_ended()
    {
        (Task<int> checking, StatusLog log) = await CheckAsync();
        Task holding = await HoldInBetweenAsync(log);
        int older = (await DaemonControl.FindAsync(DaemonSandbox.Id, null, Sandbox.RuntimeDirectory).InTime())!.ProcessId;
        ToolProcess newer = Sandbox.Start(TestProgram.Newer, "pid", "--wait");
        _ = await log.WhenAsync(status => status.State == DaemonState.Stopping);

        await FreeAsync();
        await holding.InTime();
        _ = await log.WhenAsync(status => status is { State: DaemonState.Stopping, Task.Method: "CheckAsync" });
        await FinishAsync();

        Assert.Equal(0, await checking.InTime());
        string[] answer = (await newer.AnswerAsync()).Split(' ');
        Assert.Equal((false, "Replaced"), (answer[0] == $"{older}", answer[1]));
    }

    private Task<(Task<int> Checking, StatusLog Log)> CheckAsync(params string[] daemonArguments) => CheckAsync(obeys: true, daemonArguments);

    /// <summary>Has a task run that gives way, and watches the daemon.</summary>
    private async Task<(Task<int> Checking, StatusLog Log)> CheckAsync(bool obeys, params string[] daemonArguments)
    {
        TestServiceClient owner = await Sandbox.ConnectAsync(daemonArguments);
        StatusLog log = await StatusLog.OfAsync(owner.Daemon);
        Task<int> checking = owner.CheckAsync(Sandbox[Checked], obeys);
        _ = await log.WhenAsync(status => status.Message == "checking");
        return (checking, log);
    }

    /// <summary>Has another client's call run in between, until <see cref="FreeAsync"/>.</summary>
    private async Task<Task> HoldInBetweenAsync(StatusLog log)
    {
        TestServiceClient holder = await WaiterAsync();
        Task holding = holder.HoldUntilAsync(Sandbox["free"]);
        DaemonStatus status = await log.WhenHoldingAsync();
        Assert.Equal("CheckAsync", Assert.Single(status.YieldedTasks).Method);
        return holding;
    }

    private Task FreeAsync() => File.WriteAllTextAsync(Sandbox["free"], "");

    private Task FinishAsync() => File.WriteAllTextAsync(Sandbox[Checked], "");

    private Task<TestServiceClient> WaiterAsync()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        return Sandbox.ConnectAsync(options);
    }
}
