using CsCheck;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

/// <summary>The slot whose task gives way to those in the queue.</summary>
public sealed class TaskSlotYieldTests
{
    private readonly StatusBoard _board = new();
    private readonly List<RunningTask> _wentOn = [];
    private readonly TaskSlot _slot;

    public TaskSlotYieldTests()
    {
        _slot = new TaskSlot(_board, incarnation: 1, TimeProvider.System, mostBytesQueued: 100);
        _board.Ready();
    }

    [Fact]
    public void Task_keeps_the_slot_when_nobody_waits()
    {
        RunningTask first = Begin();

        Assert.False(_slot.AnyWaits);
        Assert.False(_slot.TryGiveWay(YieldOf(first)));

        Assert.Same(first, _slot.Running);
    }

    [Fact]
    public void Task_keeps_the_slot_when_no_client_in_the_queue_could_be_told()
    {
        RunningTask first = Begin();
        var deaf = new RecordedWaiter(2) { Listens = false };
        _ = _slot.Enter(deaf, out _);

        Assert.False(_slot.TryGiveWay(YieldOf(first)));

        Assert.Same(first, _slot.Running);
        Assert.Equal(["queued", "refused TurnMissed"], deaf.Told);
        Assert.Equal((DaemonState.Busy, 0), (_board.Current.State, _board.Current.Waiting));
        Assert.False(_slot.AnyWaits);
    }

    [Fact]
    public void Task_that_is_being_cancelled_keeps_the_slot()
    {
        RunningTask first = Begin();
        _ = _slot.Enter(new RecordedWaiter(2), out _);
        Assert.True(first.TryRequestCancel(5, null, out _));

        Assert.False(_slot.TryGiveWay(YieldOf(first)));

        Assert.Same(first, _slot.Running);
        Assert.True(_slot.HoldsFor(first, _ => Assert.Fail("It holds the slot already.")));
    }

    [Fact]
    public void Slot_is_never_free_for_a_newcomer_while_a_task_has_given_way()
    {
        RunningTask first = Begin();
        var second = new RecordedWaiter(2);
        _ = _slot.Enter(second, out _);

        Assert.True(_slot.TryGiveWay(YieldOf(first)));

        Assert.False(_slot.TryAdmit(Admission.Asked(), out _, out DaemonStatus? status));
        Assert.Equal(("Call2", "FirstAsync"), (status.Task?.Method, Assert.Single(status.YieldedTasks).Method));
        _slot.Release(second.Task!, null);
        Assert.False(_slot.TryAdmit(Admission.Asked(), out _, out _));
        Assert.Equal([first], _wentOn);
        Assert.True(first.IsShared);
        Assert.DoesNotContain(_board.Since(3), seen => seen.Task is null);
    }

    [Fact]
    public void Task_that_gave_way_is_found_by_its_call_and_its_id_and_cannot_be_withdrawn()
    {
        RunningTask first = Begin();
        var second = new RecordedWaiter(2);
        _ = _slot.Enter(second, out _);
        Assert.True(_slot.TryGiveWay(YieldOf(first)));

        Assert.Same(first, _slot.Find(null!, first.CallId));
        Assert.Same(second.Task, _slot.Find(null!, 2));
        Assert.Null(_slot.Find(null!, 9));
        Assert.Equal([second.Task!, first], _slot.Tasks);
        Assert.True(_slot.HasBegun(first));
        Assert.False(_slot.TryWithdraw(null!, first.CallId));
        Assert.Same(second.Task, _slot.Holder);
        _slot.Release(second.Task!, null);
        _slot.Release(first, null);
        Assert.False(_slot.HasBegun(first));
        Assert.Empty(_slot.Tasks);
    }

    [Fact]
    public void Task_that_has_not_the_slot_cannot_give_way()
    {
        RunningTask first = Begin();
        _ = _slot.Enter(new RecordedWaiter(2), out _);
        Assert.True(_slot.TryGiveWay(YieldOf(first)));

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => _slot.TryGiveWay(YieldOf(first)));

        Assert.Contains("had given way already", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_tasks_go_on_before_all_others_in_the_order_in_which_they_were_cancelled()
    {
        RunningTask first = Begin();
        RecordedWaiter[] waiters = [new(2), new(3), new(4), new(5)];
        Assert.All(waiters, waiter => Assert.Equal(QueueEntry.Queued, _slot.Enter(waiter, out _)));
        Assert.True(_slot.TryGiveWay(YieldOf(first)));
        Assert.True(_slot.TryGiveWay(YieldOf(waiters[0].Task!)));
        Assert.True(_slot.TryGiveWay(YieldOf(waiters[1].Task!)));
        List<RunningTask> cancelled = [];

        // The second and the first are cancelled; the third is not, and the fifth still waits.
        Assert.False(_slot.HoldsFor(waiters[0].Task!, cancelled.Add));
        Assert.False(_slot.HoldsFor(first, cancelled.Add));
        Assert.Equal(["Call2", "FirstAsync", "Call3"], _board.Current.YieldedTasks.Select(task => task.Method));
        Assert.Empty(cancelled);
        _slot.Release(waiters[2].Task!, null);
        Assert.Same(waiters[0].Task, _slot.Running);
        Assert.Equal([waiters[0].Task!], cancelled);

        // It goes on by its token, so that it finds that cancelled.
        Assert.Empty(_wentOn);
        waiters[0].Task!.CancelToken();
        Assert.Equal([waiters[0].Task!], _wentOn);
        _slot.Release(waiters[0].Task!, null);
        _slot.Release(first, null);
        Assert.Equal([waiters[0].Task!, first], cancelled);
        Assert.Same(waiters[3].Task, _slot.Running);
        _slot.Release(waiters[3].Task!, null);
        Assert.Same(waiters[1].Task, _slot.Running);
    }

    /// <summary>The steps that may come in any order, against a list that says what should happen.</summary>
    [Fact]
    public void Any_order_of_steps_serves_first_come_first_and_lets_each_go_on_once() =>
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 5]).Array[0, 80].Sample(steps => new YieldModel().Run(steps), iter: 5_000);

    [Fact]
    public async Task Never_two_and_nobody_forgotten_whatever_races()
    {
        int inside = 0, ran = 0;
        using var done = new CountdownEvent(800);
        RecordedWaiter[][] calls = [.. Enumerable.Range(0, 4).Select(thread =>
            Enumerable.Range(0, 200).Select(number => new RecordedWaiter((uint)((thread * 200) + number + 1))).ToArray())];
        await Task.WhenAll(calls.Select((own, thread) => Patience.InThread(() =>
        {
            for (int round = 0; !done.IsSet; round++)
            {
                if (round < own.Length)
                {
                    _ = _slot.Enter(own[round], out _);
                }

                // One thread at a time stands for the handlers: the slot must never have lost one of them.
                if (_slot.Running is { } task && Interlocked.CompareExchange(ref inside, 1, 0) == 0)
                {
                    if (_slot.Holder == task && !task.HasGivenWay)
                    {
                        bool gaveWay = (round + thread) % 3 == 0 && _slot.TryGiveWay(new YieldedTask(task, static yielded => yielded.GoOn(), default));
                        if (!gaveWay && task.TrySettle())
                        {
                            _ = Interlocked.Increment(ref ran);
                            _slot.Release(task, null);
                            _slot.Answered();
                            _ = done.Signal();
                        }
                    }

                    Volatile.Write(ref inside, 0);
                }
            }
        })));

        Assert.Equal(800, ran);
        Assert.Null(_slot.Running);
        Assert.Equal(800, _board.Current.TasksFinished);
        Assert.All(calls.SelectMany(own => own), call => Assert.Equal(1, call.Told.Count(told => told == "runs")));
    }

    private YieldedTask YieldOf(RunningTask task) => new(task, yielded => _wentOn.Add(yielded.Task), default);

    private RunningTask Begin()
    {
        Assert.True(_slot.TryAdmit(Admission.Asked("FirstAsync"), out RunningTask? first, out _));
        return first;
    }
}
