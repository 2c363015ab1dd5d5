using CsCheck;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class TaskSlotTests
{
    private readonly StatusBoard _board = new();
    private readonly TaskSlot _slot;

    public TaskSlotTests()
    {
        _slot = new TaskSlot(_board, incarnation: 1, TimeProvider.System);
        _board.Ready();
    }

    [Fact]
    public void Second_task_is_refused_and_told_what_runs()
    {
        Assert.True(_slot.TryAdmit(Admission.Asked("FirstAsync"), out RunningTask? first, out _));

        Assert.False(_slot.TryAdmit(Admission.Asked(), out _, out DaemonStatus? status));
        Assert.Equal("FirstAsync", status.Task?.Method);
        Assert.Equal(first.Description.Id, status.Task?.Id);
    }

    [Fact]
    public void Freed_slot_takes_the_next_though_the_answer_is_still_to_be_sent()
    {
        Assert.True(_slot.TryAdmit(Admission.Asked(), out RunningTask? first, out _));
        _slot.Release(first, null);

        Assert.True(_slot.TryAdmit(Admission.Asked(), out _, out _));
    }

    [Fact]
    public async Task Never_two_whatever_races()
    {
        int inside = 0, most = 0, admitted = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Patience.InThread(() =>
        {
            for (int round = 0; round < 5000; round++)
            {
                if (_slot.TryAdmit(Admission.Asked(), out RunningTask? task, out DaemonStatus? status))
                {
                    _ = Interlocked.Increment(ref admitted);
                    most = Math.Max(most, Interlocked.Increment(ref inside));
                    Assert.Same(task, _slot.Running);
                    _ = Interlocked.Decrement(ref inside);
                    _slot.Release(task, null);
                    _slot.Answered();
                }
                else
                {
                    Assert.NotNull(status.Task);
                }
            }
        })));

        Assert.Equal(1, most);
        Assert.Null(_slot.Running);
        Assert.Equal(admitted, _board.Current.TasksFinished);
        Assert.Equal(DaemonState.Ready, _board.Current.State);
    }

    /// <summary>The steps that may come in any order, against what the slot is promised to do.</summary>
    [Fact]
    public void Any_order_of_steps_keeps_the_promise() =>
        Gen.Int[0, 4].Array[0, 40].Sample(steps =>
        {
            var board = new StatusBoard();
            var slot = new TaskSlot(board, incarnation: 1, TimeProvider.System);
            board.Ready();
            RunningTask? running = null;
            bool draining = false;
            int unanswered = 0, drained = 0;
            foreach (int step in steps)
            {
                switch (step)
                {
                    case 0:
                        bool expected = running is null && !draining;
                        Assert.Equal(expected, slot.TryAdmit(Admission.Asked(), out RunningTask? task, out _));
                        running = task ?? running;
                        break;

                    case 1 when running is not null:
                        slot.Release(running, null);
                        running = null;
                        unanswered++;
                        break;

                    case 2 when unanswered > 0:
                        unanswered--;
                        slot.Answered();
                        break;

                    case 3:
                        Assert.Equal(!draining, slot.Drain("Leaving.", () => drained++, null));
                        draining = true;
                        break;

                    case 4:
                        bool idle = running is null && unanswered == 0 && !draining;
                        Assert.Equal(idle, slot.TryDrainIdle("Idle.", null));
                        if (idle)
                        {
                            draining = true;
                            drained++;
                        }

                        break;

                    default:
                        break;
                }

                Assert.Same(running, slot.Running);
                Assert.Equal(draining && running is null && unanswered == 0 ? 1 : 0, drained);
                Assert.Equal(running?.Description.Id, board.Current.Task?.Id);
                Assert.Equal(draining, board.Current.State == DaemonState.Stopping);
            }
        });

    [Fact]
    public void Drain_waits_for_the_answer_not_only_for_the_task()
    {
        bool drained = false;
        Assert.True(_slot.TryAdmit(Admission.Asked(), out RunningTask? task, out _));
        DaemonStatus? told = null;
        Assert.True(_slot.Drain("Leaving.", () => drained = true, status => told = status));

        Assert.Equal((DaemonState.Stopping, task.Description.Id), (told!.State, told.Task!.Id));
        _slot.Release(task, null);
        Assert.False(drained);
        _slot.Answered();
        Assert.True(drained);
    }
}
