using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class TwoStepCancelTests
{
    private readonly RunningTask _task = Admission.NewTask();
    private readonly TaskCompletionSource<RunningTask> _forced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public void Task_that_ends_by_its_token_is_not_forced_when_the_grace_has_passed()
    {
        var steps = new Dictionary<string, Action>();
        bool isSettled = false;
        _task.Token.Register(() => isSettled = _task.TrySettle());
        new TwoStepCancel(TimeSpan.Zero, _forced.SetResult, steps.TryAdd).Begin(_task);

        Assert.False(_task.IsSettled);
        steps["DaemonRpc cancel"]();
        Assert.True(isSettled);
        steps["DaemonRpc grace"]();

        Assert.False(_forced.Task.IsCompleted);
        Assert.Equal(2, steps.Count);
    }

    [Fact]
    public async Task Task_that_ends_within_the_grace_is_not_waited_for_any_longer()
    {
        var grace = new TaskCompletionSource<Thread>(TaskCreationOptions.RunContinuationsAsynchronously);
        new TwoStepCancel(TimeSpan.FromDays(1), _forced.SetResult, (name, work) =>
        {
            if (name == "DaemonRpc grace")
            {
                var thread = new Thread(() => work()) { IsBackground = true };
                thread.Start();
                grace.SetResult(thread);
            }

            return true;
        }).Begin(_task);
        Thread waiting = await grace.Task.Soon();
        Patience.Until(() => waiting.ThreadState.HasFlag(ThreadState.WaitSleepJoin));

        Assert.True(_task.TrySettle());

        Assert.True(waiting.Join(Patience.Limit));
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
