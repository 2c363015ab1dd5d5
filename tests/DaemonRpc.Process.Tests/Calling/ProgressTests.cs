namespace DaemonRpc.Process.Tests.Calling;

/// <summary>Progress reports from a daemon's process to the caller's.</summary>
public sealed class ProgressTests : SandboxTests
{
    [Fact]
    public async Task Reports_reach_the_caller_in_order_before_the_result_and_null_asks_for_none()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Received<int> numbers = new();
        Received<byte[]> bytes = new();

        Assert.Equal(1000, await client.CountUpAsync(1000, numbers, bytes).InTime());
        Assert.Equal(Enumerable.Range(0, 1000), numbers.Reports);
        Assert.Equal(Enumerable.Range(0, 1000), bytes.Reports.Select(report => report.Length));

        Assert.Equal(0, await client.CountUpAsync(1000).InTime());
    }

    [Fact]
    public async Task Call_that_waits_behind_one_with_progress_of_the_same_client_gets_its_turn()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        TestServiceClient client = await Sandbox.ConnectAsync(options);
        using var gate = new ManualResetEventSlim();

        // Two megabytes of reports: far more than the caller allows ahead.
        Task<int> counting = client.CountUpAsync(2000, null, new Received<byte[]> { OnReport = _ => gate.Wait() });
        _ = await client.Daemon.WhenAsync(static status => status.Message == "counting");
        Task<int> adding = client.AddAsync(1, 2);
        _ = await client.Daemon.WhenAsync(static status => status.Waiting == 1);
        gate.Set();

        Assert.Equal(3, await adding.InTime());
        Assert.Equal(2000, await counting.InTime());
    }

    [Fact]
    public async Task Task_whose_caller_takes_no_reports_and_goes_is_cancelled()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        TestServiceClient watcher = await Sandbox.ConnectAsync();
        using var gate = new ManualResetEventSlim();
        Task<int> counting = client.CountUpAsync(int.MaxValue, null, new Received<byte[]> { OnReport = _ => gate.Wait() });
        _ = await watcher.Daemon.WhenAsync(static status => status.Message == "counting");

        await client.DisposeAsync();

        DaemonStatus status = await watcher.Daemon.WhenAsync(static status => status.LastCanceled is not null);
        Assert.Equal(CancelOutcome.Stopped, status.LastCanceled!.Outcome);
        gate.Set();
        _ = await Assert.ThrowsAnyAsync<Exception>(() => counting.InTime());
    }

    [Fact]
    public async Task Task_that_outlives_its_caller_does_not_wait_for_it()
    {
        TestServiceClient watcher = await Sandbox.ConnectAsync("--continue");
        TestServiceClient client = await Sandbox.ConnectAsync();
        using var gate = new ManualResetEventSlim();
        Task<int> counting = client.CountUpAsync(5000, null, new Received<byte[]> { OnReport = _ => gate.Wait() });
        _ = await watcher.Daemon.WhenAsync(static status => status.Message == "counting");

        await client.DisposeAsync();

        DaemonStatus status = await watcher.Daemon.WhenAsync(static status => status.Task is null);
        Assert.Null(status.LastCanceled);
        gate.Set();
        _ = await Assert.ThrowsAnyAsync<Exception>(() => counting.InTime());
    }

    private sealed class Received<T> : IProgress<T>
    {
        public List<T> Reports { get; } = [];

        public Action<T>? OnReport { get; init; }

        public void Report(T value)
        {
            OnReport?.Invoke(value);
            Reports.Add(value);
        }
    }
}
