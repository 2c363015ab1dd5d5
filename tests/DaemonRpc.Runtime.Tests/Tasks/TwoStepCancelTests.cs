using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class TwoStepCancelTests
{
    private readonly RunningTask _task = Admission.NewTask();
    private readonly TaskCompletionSource<RunningTask> _forced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Token_is_cancelled_and_a_task_that_ends_is_not_forced()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _task.Token.Register(() =>
        {
            Assert.True(_task.TrySettle());
            ended.SetResult();
        });

        Begin(Patience.Limit);

        await ended.Task.Soon();
        Assert.False(_forced.Task.IsCompleted);
    }

    [Fact]
    public async Task Task_that_does_not_end_is_forced()
    {
        Begin(TimeSpan.FromMilliseconds(1));

        Assert.Same(_task, await _forced.Task.Soon());
        Assert.False(_task.TrySettle());
    }

    [Fact]
    public async Task Registration_that_blocks_or_throws_saves_no_task()
    {
        using var never = new ManualResetEventSlim();
        _task.Token.Register(() => never.Wait(Patience.Limit));
        _task.Token.Register(() => throw new InvalidOperationException("A registration's own bug."));

        Begin(TimeSpan.FromMilliseconds(1));

        _ = await _forced.Task.Soon();
        never.Set();
    }

    [Fact]
    public async Task Infinite_grace_never_forces()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _task.Token.Register(cancelled.SetResult);

        Begin(Timeout.InfiniteTimeSpan);

        await cancelled.Task.Soon();
        await Patience.PassAsync(TimeSpan.FromMilliseconds(50));
        Assert.False(_forced.Task.IsCompleted);
        Assert.True(_task.TrySettle());
    }

    private void Begin(TimeSpan grace) => new TwoStepCancel(grace, task => _forced.TrySetResult(task)).Begin(_task);
}
