using DaemonRpc.Tasks;
using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class RunningTaskTests
{
    private readonly RunningTask _task = Admission.NewTask();

    [Fact]
    public async Task Settles_once_whoever_races()
    {
        for (int round = 0; round < 200; round++)
        {
            RunningTask task = Admission.NewTask();
            using var start = new Barrier(2);
            bool[] won = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Patience.InThread(() => start.SignalAndWait(Patience.Limit) && task.TrySettle())));

            Assert.Single(won, one => one);
        }
    }

    [Fact]
    public async Task Cancel_that_races_the_end_is_told_the_outcome_or_finds_nothing()
    {
        for (int round = 0; round < 200; round++)
        {
            RunningTask task = Admission.NewTask();
            int told = 0;
            using var start = new Barrier(2);
            Task<bool> canceller = Patience.InThread(() => start.SignalAndWait(Patience.Limit) && task.TryRequestCancel(5, (_, _) => told++, out _));
            _ = start.SignalAndWait(Patience.Limit);
            Assert.True(task.TrySettle());
            task.TellCancellers(CancelOutcome.Completed);

            Assert.Equal(await canceller ? 1 : 0, told);
        }
    }

    [Fact]
    public void Everybody_is_told_one_outcome_and_the_first_who_asked()
    {
        var told = new List<(CancelOutcome, int)>();
        Assert.True(_task.TryRequestCancel(5, (outcome, by) => told.Add((outcome, by)), out bool first));
        Assert.True(_task.TryRequestCancel(6, (outcome, by) => told.Add((outcome, by)), out bool second));
        Assert.True(_task.TrySettle());
        _task.TellCancellers(CancelOutcome.Stopped);

        Assert.Equal((true, false), (first, second));
        Assert.Equal([(CancelOutcome.Stopped, 5), (CancelOutcome.Stopped, 5)], told);
        Assert.False(_task.TryRequestCancel(7, null, out bool late));
        Assert.False(late);
    }

    [Fact]
    public void Cancellation_that_comes_while_force_is_at_work_is_told_of_it()
    {
        var told = new List<(CancelOutcome, int)>();
        Assert.True(_task.TryRequestCancel(5, null, out _));
        Assert.True(_task.TrySettle(byForce: true));

        Assert.True(_task.TryRequestCancel(6, (outcome, by) => told.Add((outcome, by)), out bool isFirst));
        Assert.Empty(told);
        _task.TellCancellers(CancelOutcome.Abandoned);

        Assert.False(isFirst);
        Assert.Equal([(CancelOutcome.Abandoned, 5)], told);
        Assert.False(_task.TryRequestCancel(7, null, out _));
    }

    [Fact]
    public async Task Waiting_ends_when_it_settles_or_the_limit_passes()
    {
        Assert.False(_task.WaitUntilSettled(new Deadline(TimeSpan.Zero)));
        Task<bool> waiting = Patience.InThread(() => _task.WaitUntilSettled(new Deadline(Patience.Limit)));
        Assert.True(_task.TrySettle());

        Assert.True(await waiting);
    }
}
