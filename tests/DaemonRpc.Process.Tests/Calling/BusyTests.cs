namespace DaemonRpc.Process.Tests.Calling;

public sealed class BusyTests : SandboxTests
{
    [Fact]
    public async Task Second_client_is_told_what_runs_since_when_and_for_whom()
    {
        DateTimeOffset before = DateTimeOffset.UtcNow;
        ToolProcess holder = Sandbox.StartTool("hold");
        TestServiceClient client = await ClientOfBusyDaemonAsync(holder);

        DaemonBusyException exception = await Assert.ThrowsAsync<DaemonBusyException>(() => client.AddAsync(1, 2).InTime());

        Assert.Equal("HoldAsync", exception.Task?.Method);
        Assert.InRange(exception.Task!.StartedAt, before, DateTimeOffset.UtcNow);
        Assert.Equal(holder.Id, exception.Task.ClientProcessId);
        Assert.Equal(DaemonState.Busy, exception.Status.State);
        Assert.Equal("holding", exception.Status.Message);
        Assert.Equal(0.5, exception.Status.Progress);
        Assert.Contains("HoldAsync", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_call_did_not_run()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        _ = await client.Daemon.WhenHoldingAsync();

        _ = await Assert.ThrowsAsync<DaemonBusyException>(() => client.CountAsync().InTime());

        await File.WriteAllTextAsync(Sandbox["free"], "");
        await holding.InTime();
        Assert.Equal(1, await client.CountAsync().InTime());
    }

    [Fact]
    public async Task Client_that_waits_gets_its_turn()
    {
        TestServiceClient holder = await Sandbox.ConnectAsync();
        Task holding = holder.HoldUntilAsync(Sandbox["free"]);
        DaemonClientOptions options = Sandbox.Options();
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        TestServiceClient waiter = await Sandbox.ConnectAsync(options);
        _ = await holder.Daemon.WhenHoldingAsync();

        Task<int> waiting = waiter.AddAsync(1, 2);
        Assert.False(waiting.IsCompleted);
        await File.WriteAllTextAsync(Sandbox["free"], "");

        Assert.Equal(3, await waiting.InTime());
        await holding.InTime();
    }

    [Fact]
    public async Task Client_that_waited_long_enough_is_told_that_the_daemon_is_busy()
    {
        TestServiceClient client = await ClientOfBusyDaemonAsync(Sandbox.StartTool("hold"), TimeSpan.FromMilliseconds(200));

        DaemonBusyException exception = await Assert.ThrowsAsync<DaemonBusyException>(() => client.AddAsync(1, 2).InTime());

        Assert.Equal("holding", exception.Status.Message);
    }

    [Fact]
    public async Task Waiter_that_is_cancelled_never_started()
    {
        TestServiceClient client = await ClientOfBusyDaemonAsync(Sandbox.StartTool("hold"), Timeout.InfiniteTimeSpan);
        using var cancellation = new CancellationTokenSource();
        Task<int> waiting = client.AddAsync(1, 2, cancellation.Token);

        await cancellation.CancelAsync();

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => waiting.InTime());
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.Equal(CancelOutcome.NeverStarted, exception.Outcome);
        Assert.Equal(DaemonState.Busy, (await client.Daemon.GetStatusAsync().InTime()).State);
    }

    private async Task<TestServiceClient> ClientOfBusyDaemonAsync(ToolProcess holder, TimeSpan busyWait = default)
    {
        DaemonClientOptions options = Sandbox.Options();
        options.BusyTimeout = busyWait;
        TestServiceClient client = await Sandbox.ConnectAsync(options);
        DaemonTask task = await client.Daemon.WhenHoldingAsync();
        Assert.Equal(holder.Id, task.ClientProcessId);
        return client;
    }
}
