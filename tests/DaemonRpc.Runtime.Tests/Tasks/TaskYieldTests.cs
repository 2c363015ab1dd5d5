using System.Diagnostics;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

/// <summary>Who may give way, and what it costs when nobody waits.</summary>
public sealed class TaskYieldTests
{
    private readonly TaskSlot _slot;
    private readonly TaskFlow _flow;
    private readonly TaskYield _yield;

    public TaskYieldTests()
    {
        var board = new StatusBoard();
        board.Ready();
        _slot = new TaskSlot(board, incarnation: 1, TimeProvider.System);
        _flow = new TaskFlow(_slot, incarnation: 1);
        _yield = new TaskYield(_slot, _flow);
    }

    [Fact]
    public void Code_outside_every_task_cannot_give_way()
    {
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(Give);

        Assert.StartsWith("DaemonContext.YieldAsync was called outside a running task of its daemon.", exception.Message, StringComparison.Ordinal);
        Begin();
        _ = Assert.Throws<InvalidOperationException>(Give);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Code_of_the_running_task_can_and_what_it_left_running_cannot(bool hasOwnMark)
    {
        RunningTask task = Begin();
        var left = new TaskCompletionSource();
        Task<Exception?> later = RunAsync();

        _slot.Release(task, null);
        left.SetResult();

        _ = Assert.IsType<InvalidOperationException>(await later);

        async Task<Exception?> RunAsync()
        {
            _flow.Enter(task, hasOwnMark);
            Give();
            await left.Task;
            return Record.Exception(Give);
        }
    }

    [Fact]
    public async Task What_an_earlier_task_left_running_cannot_give_way_for_a_later_one()
    {
        RunningTask first = Begin();
        var left = new TaskCompletionSource();
        Task<Exception?> later = RunAsync();
        _slot.Release(first, null);
        RunningTask second = Begin();
        left.SetResult();

        _ = Assert.IsType<InvalidOperationException>(await later);
        Assert.Same(second, _slot.Running);

        async Task<Exception?> RunAsync()
        {
            _flow.Enter(first, hasOwnMark: true);
            await left.Task;
            return Record.Exception(Give);
        }
    }

    [Fact]
    public async Task Factory_cannot_give_way()
    {
        _ = Assert.IsType<InvalidOperationException>(await MakeAsync());

        async Task<Exception?> MakeAsync()
        {
            _flow.EnterFactory();
            await Task.Yield();
            return Record.Exception(Give);
        }
    }

    [Fact]
    public async Task Code_of_another_daemon_cannot_give_way_for_this_one()
    {
        var other = new TaskFlow(_slot, incarnation: 2);
        RunningTask task = Begin();

        _ = Assert.IsType<InvalidOperationException>(await RunAsync());

        async Task<Exception?> RunAsync()
        {
            other.Enter(task, hasOwnMark: true);
            await Task.Yield();
            return Record.Exception(Give);
        }
    }

    [Fact]
    public async Task Cancelled_token_is_heeded_though_nobody_waits()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _yield.YieldAsync(cancellation.Token));

        Assert.Equal(cancellation.Token, exception.CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Giving_way_to_nobody_allocates_nothing_and_takes_nanoseconds(bool hasOwnMark)
    {
        const int Times = 1_000_000;
        RunningTask task = Begin();
        (long bytes, TimeSpan time) = await RunAsync();

        Assert.Equal(0, bytes);
        TestContext.Current.TestOutputHelper?.WriteLine($"{time.TotalNanoseconds / Times:0.0} ns");

        // Far beyond what it takes on the slowest machine, and far below what a lock that is fought for, a thread or an allocation would.
        Assert.InRange(time.TotalNanoseconds / Times, 0, 1000);

        async Task<(long Bytes, TimeSpan Time)> RunAsync()
        {
            await Task.Yield();
            _flow.Enter(task, hasOwnMark);
            CancellationToken cancellationToken = task.Token;
            Assert.True(Repeat(cancellationToken));
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            bool all = Repeat(cancellationToken);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(all);
            return (allocated, elapsed);
        }

        bool Repeat(CancellationToken cancellationToken)
        {
            bool all = true;
            for (int time = 0; time < Times; time++)
            {
                all &= IsDone(_yield.YieldAsync(cancellationToken));
            }

            return all;
        }
    }

    private void Give()
    {
        Assert.True(IsDone(_yield.YieldAsync(default)));
    }

    private static bool IsDone(ValueTask yield) => yield.IsCompletedSuccessfully;

    private RunningTask Begin()
    {
        Assert.True(_slot.TryAdmit(Admission.Asked(), out RunningTask? task, out _));
        return task;
    }
}
