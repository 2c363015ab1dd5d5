using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class TaskQueueTests
{
    private readonly TaskQueue _queue = new(mostBytes: 100);

    [Fact]
    public void First_come_first()
    {
        Assert.All(Enumerable.Range(1, 3), id => Assert.True(_queue.TryAdd(new RecordedWaiter((uint)id))));

        Assert.Equal([1, 2, 3], _queue.Processes());
        Assert.True(_queue.TryTakeFirst(out QueuedCall? first));
        Assert.Equal(1u, first.CallId);
        Assert.Equal([2, 3], _queue.Processes());
    }

    [Fact]
    public void Call_can_be_taken_out_only_once()
    {
        Assert.True(_queue.TryAdd(new RecordedWaiter(1)));

        Assert.Equal(1u, Assert.Single(_queue.TakeAll(call => call.CallId == 1)).CallId);

        Assert.Empty(_queue.TakeAll(call => call.CallId == 1));
        Assert.False(_queue.TryTakeFirst(out _));
    }

    [Fact]
    public void So_many_calls_wait_and_not_one_more()
    {
        Assert.All(Enumerable.Range(1, TaskQueue.MostCalls), id => Assert.True(_queue.TryAdd(new RecordedWaiter((uint)id))));

        Assert.False(_queue.TryAdd(new RecordedWaiter(0)));

        Assert.True(_queue.TryTakeFirst(out _));
        Assert.True(_queue.TryAdd(new RecordedWaiter(0)));
    }

    [Fact]
    public void What_waits_holds_so_many_bytes_and_not_more_unless_it_is_alone()
    {
        Assert.True(_queue.TryAdd(new RecordedWaiter(1, bytes: 1000)));
        Assert.False(_queue.TryAdd(new RecordedWaiter(2, bytes: 1)));
        Assert.True(_queue.TryTakeFirst(out _));

        Assert.True(_queue.TryAdd(new RecordedWaiter(2, bytes: 60)));
        Assert.True(_queue.TryAdd(new RecordedWaiter(3, bytes: 40)));
        Assert.False(_queue.TryAdd(new RecordedWaiter(4, bytes: 1)));
        _ = Assert.Single(_queue.TakeAll(call => call.CallId == 3));
        Assert.True(_queue.TryAdd(new RecordedWaiter(4, bytes: 40)));
    }

    [Fact]
    public void Next_limit_is_that_of_the_call_with_the_least_left_while_one_has_a_limit()
    {
        Assert.True(_queue.TryAdd(new RecordedWaiter(1)));
        Assert.Null(_queue.UntilNextDeadline());
        Assert.True(_queue.TryAdd(new RecordedWaiter(2, TimeSpan.FromHours(2))));
        Assert.True(_queue.TryAdd(new RecordedWaiter(3, TimeSpan.FromHours(1))));

        Assert.InRange(_queue.UntilNextDeadline()!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));

        _ = _queue.TakeAll(call => call.CallId > 1);
        Assert.False(_queue.HasDeadlines);
        Assert.Null(_queue.UntilNextDeadline());
    }
}
