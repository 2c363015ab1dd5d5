using System.IO.Pipelines;

namespace DaemonRpc.Process.Tests.Calling;

/// <summary>How calls end that pass files and streams: in the middle, too early, and although somebody does not take what was written.</summary>
public sealed class FileArgumentEndTests : SandboxTests
{
    [Fact]
    public async Task Source_of_a_caller_who_is_killed_does_not_look_as_if_it_had_ended()
    {
        TestServiceClient watcher = await Sandbox.ConnectAsync("--continue");
        ToolProcess tool = Sandbox.StartTool("pass");
        _ = await tool.LineAsync("asked");

        tool.Kill();

        DaemonStatus status = await watcher.Daemon.WhenAsync(static status => status.State == DaemonState.Error);
        Assert.Equal("CopyAsync failed: The caller of this task has gone, or has given up the call, before its stream ended.", status.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Destination_that_takes_nothing_does_not_outlast_the_calls_timeout_or_token(bool timesOut)
    {
        DaemonClientOptions options = Sandbox.Options();
        options.CallTimeout = timesOut ? TimeSpan.FromSeconds(1) : Timeout.InfiniteTimeSpan;
        TestServiceClient client = await Sandbox.ConnectAsync(options);
        TestServiceClient watcher = await Sandbox.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        var full = new Pipe(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 1));

        // It fits into the socket: the handler is done with it at once.
        Task<int> exchanging = client.ExchangeAsync(null, full.Writer, 50_000, cancellation.Token);
        _ = await watcher.Daemon.WhenAsync(static status => status is { Task: null, TasksFinished: 1 });
        if (timesOut)
        {
            _ = await Assert.ThrowsAsync<DaemonTimeoutException>(() => exchanging.WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None));
        }
        else
        {
            await cancellation.CancelAsync();
            DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => exchanging.InTime());
            Assert.Equal((CancelOutcome.Completed, cancellation.Token), (exception.Outcome, exception.CancellationToken));
        }
    }

    [Fact]
    public async Task Stream_that_is_cancelled_while_its_writes_are_handed_over_says_so()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        TestServiceClient watcher = await Sandbox.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        var full = new Pipe(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 1));
        await using IAsyncEnumerator<int> items = client.WriteAlongAsync(full.Writer, 50_000, cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
        Assert.True(await items.MoveNextAsync().InTime());
        Task<bool> ending = items.MoveNextAsync().AsTask();
        _ = await watcher.Daemon.WhenAsync(static status => status is { Task: null, TasksFinished: 1 });

        await cancellation.CancelAsync();

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => ending.InTime());
        Assert.Equal((CancelOutcome.Completed, cancellation.Token), (exception.Outcome, exception.CancellationToken));
    }

    /// <remarks>It waited for the socket, which its caller kept open until it had ended, and was ended by force.</remarks>
    [Fact]
    public async Task Task_whose_unflushed_bytes_nobody_takes_stops_when_it_is_cancelled()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "60000");
        using var cancellation = new CancellationTokenSource();
        var full = new Pipe(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 1));
        Task<int> exchanging = client.ExchangeAsync(null, full.Writer, 2_000_000, cancellation.Token);

        // The first bytes have come, and the handler has returned.
        _ = await full.Reader.ReadAsync(CancellationToken.None).AsTask().InTime();
        await cancellation.CancelAsync();

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => exchanging.InTime());
        Assert.Equal(CancelOutcome.Stopped, exception.Outcome);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }
}
