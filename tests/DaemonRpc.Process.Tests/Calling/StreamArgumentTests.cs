using System.Runtime.CompilerServices;

namespace DaemonRpc.Process.Tests.Calling;

/// <summary>Streams from the caller's process to a daemon's.</summary>
public sealed class StreamArgumentTests : SandboxTests
{
    [Fact]
    public async Task Streams_reach_the_daemon_and_come_back()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        byte[] large = new byte[100_000];

        Assert.Equal(
            4_999_950_000 + 10_000_000,
            await client.SumAsync(AsyncEnumerable.Range(0, 100_000), AsyncEnumerable.Repeat(large, 100)).InTime());
        Assert.Equal(
            Enumerable.Range(0, 10_000).Select(number => (long)number * number),
            await client.SquareAsync(AsyncEnumerable.Range(0, 10_000)).ToListAsync().InTime());
    }

    [Fact]
    public async Task Task_that_waits_for_a_caller_who_goes_is_cancelled()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        TestServiceClient watcher = await Sandbox.ConnectAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<long> summing = client.SumAsync(Never(asked, ended));
        await asked.Task.InTime();

        await client.DisposeAsync();

        DaemonStatus status = await watcher.Daemon.WhenAsync(static status => status.LastCanceled is not null);
        Assert.Equal(CancelOutcome.Stopped, status.LastCanceled!.Outcome);
        _ = await Assert.ThrowsAnyAsync<Exception>(() => summing.InTime());
        await ended.Task.InTime();
    }

    [Fact]
    public async Task Task_that_outlives_its_caller_is_told_that_it_has_gone()
    {
        TestServiceClient watcher = await Sandbox.ConnectAsync("--continue");
        TestServiceClient client = await Sandbox.ConnectAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<long> summing = client.SumAsync(Never(asked, new TaskCompletionSource()));
        await asked.Task.InTime();

        await client.DisposeAsync();

        DaemonStatus status = await watcher.Daemon.WhenAsync(static status => status.State == DaemonState.Error);
        Assert.Equal($"SumAsync failed: The caller of SumAsync, process {Environment.ProcessId}, has gone.", status.Message);
        _ = await Assert.ThrowsAnyAsync<Exception>(() => summing.InTime());
    }

    [Fact]
    public async Task Call_that_waits_in_the_queue_begins_its_streams_in_its_turn()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        TestServiceClient client = await Sandbox.ConnectAsync(options);
        using var cancel = new CancellationTokenSource();
        Task holding = client.HoldAsync(cancel.Token);
        int begun = 0;
        Task<long> summing = client.SumAsync(Numbers());
        _ = await client.Daemon.WhenAsync(static status => status.Waiting == 1);
        Assert.Equal(0, Volatile.Read(ref begun));

        await cancel.CancelAsync();

        Assert.Equal(6, await summing.InTime());
        Assert.Equal(1, begun);
        _ = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.InTime());

        async IAsyncEnumerable<int> Numbers()
        {
            _ = Interlocked.Increment(ref begun);
            await Task.Yield();
            yield return 1;
            yield return 2;
            yield return 3;
        }
    }

    private static async IAsyncEnumerable<int> Never(
        TaskCompletionSource asked, TaskCompletionSource ended, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return 1;
        asked.SetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            ended.SetResult();
        }
    }
}
