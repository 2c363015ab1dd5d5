using CsCheck;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

/// <summary>The slot and the queue before it.</summary>
public sealed class TaskSlotQueueTests
{
    private readonly StatusBoard _board = new();
    private readonly TaskSlot _slot;

    public TaskSlotQueueTests()
    {
        _slot = new TaskSlot(_board, incarnation: 1, TimeProvider.System, mostBytesQueued: 100);
        _board.Ready();
    }

    [Fact]
    public void Call_that_finds_the_slot_free_runs_and_is_never_told_to_wait()
    {
        var call = new RecordedWaiter(1);

        Assert.Equal(QueueEntry.Admitted, _slot.Enter(call, out _));

        Assert.Equal(["runs"], call.Told);
        Assert.Same(call.Task, _slot.Running);
    }

    [Fact]
    public void Next_in_the_queue_is_told_that_it_begins_before_it_does_and_the_slot_is_never_free()
    {
        RunningTask first = Begin();
        var second = new RecordedWaiter(2);
        Assert.Equal(QueueEntry.Queued, _slot.Enter(second, out DaemonStatus status));
        Assert.Equal(first.Description.Id, status.Task?.Id);
        Assert.Equal(1, _board.Current.Waiting);

        _slot.Release(first, null);

        Assert.Equal(["queued", "started", "runs"], second.Told);
        Assert.Same(second.Task, _slot.Running);
        Assert.Equal((DaemonState.Busy, 0, 1L), (_board.Current.State, _board.Current.Waiting, _board.Current.TasksFinished));
        Assert.DoesNotContain(_board.Since(3), seen => seen.Task is null);
    }

    [Fact]
    public void Client_that_cannot_be_told_misses_its_turn_and_the_next_is_taken()
    {
        RunningTask first = Begin();
        var deaf = new RecordedWaiter(2) { Listens = false };
        var third = new RecordedWaiter(3);
        _ = _slot.Enter(deaf, out _);
        _ = _slot.Enter(third, out _);

        _slot.Release(first, null);

        Assert.Equal(["queued", "refused TurnMissed"], deaf.Told);
        Assert.Null(deaf.Task);
        Assert.Same(third.Task, _slot.Running);
    }

    [Fact]
    public void Slot_is_free_when_no_client_in_the_queue_could_be_told()
    {
        RunningTask first = Begin();
        _ = _slot.Enter(new RecordedWaiter(2) { Listens = false }, out _);

        _slot.Release(first, null);

        Assert.Null(_slot.Running);
        Assert.Equal((DaemonState.Ready, 0), (_board.Current.State, _board.Current.Waiting));
    }

    [Fact]
    public void Those_who_wait_when_the_daemon_leaves_are_told_and_nobody_waits_any_more()
    {
        RunningTask first = Begin();
        var second = new RecordedWaiter(2);
        _ = _slot.Enter(second, out _);

        Assert.True(_slot.Drain("Leaving.", () => { }, null));

        Assert.Equal(["queued", "refused Busy"], second.Told);
        Assert.Equal(QueueEntry.Draining, _slot.Enter(new RecordedWaiter(3), out _));
        Assert.Equal((DaemonState.Stopping, 0), (_board.Current.State, _board.Current.Waiting));
        _slot.Release(first, null);
        Assert.Null(_slot.Running);
    }

    [Fact]
    public void Call_that_does_not_fit_into_the_line_is_not_told_anything()
    {
        _ = Begin();
        Assert.Equal(QueueEntry.Queued, _slot.Enter(new RecordedWaiter(2, bytes: 100), out _));
        var third = new RecordedWaiter(3, bytes: 1);

        Assert.Equal(QueueEntry.Full, _slot.Enter(third, out DaemonStatus status));

        Assert.Empty(third.Told);
        Assert.Equal(1, status.Waiting);
    }

    [Fact]
    public async Task Each_waits_as_long_as_it_said_and_those_without_a_limit_stay()
    {
        RunningTask first = Begin();
        var patient = new RecordedWaiter(1);
        RecordedWaiter[] impatient = [new(2, TimeSpan.FromMilliseconds(40)), new(3, TimeSpan.FromMilliseconds(5)), new(4, TimeSpan.FromHours(1))];
        _ = _slot.Enter(patient, out _);
        Assert.All(impatient, call => Assert.Equal(QueueEntry.Queued, _slot.Enter(call, out _)));

        Assert.Equal(RefusalReason.WaitedTooLong, await impatient[0].Refused.Soon());
        Assert.Equal(RefusalReason.WaitedTooLong, await impatient[1].Refused.Soon());

        Patience.Until(() => _board.Current.Waiting == 2);
        Assert.True(_slot.TryWithdraw(null!, 4));

        // The thread has ended by then, or ends at the next look: another limit is heeded all the same.
        var late = new RecordedWaiter(5, TimeSpan.FromMilliseconds(5));
        _ = _slot.Enter(late, out _);
        Assert.Equal(RefusalReason.WaitedTooLong, await late.Refused.Soon());
        _slot.Release(first, null);
        Assert.Same(patient.Task, _slot.Running);
    }

    /// <summary>The steps that may come in any order, against a list that says what should happen.</summary>
    [Fact]
    public void Any_order_of_steps_serves_first_come_first_and_settles_each_once() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5]).Array[0, 60].Sample(steps =>
        {
            var board = new StatusBoard();
            var slot = new TaskSlot(board, incarnation: 1, TimeProvider.System, mostBytesQueued: 4);
            board.Ready();
            var line = new List<RecordedWaiter>();
            var all = new List<RecordedWaiter>();
            var withdrawn = new HashSet<RecordedWaiter>();
            RunningTask? running = null;
            bool draining = false;
            foreach ((int step, int which) in steps)
            {
                switch (step)
                {
                    case 0 or 1:
                        var call = new RecordedWaiter((uint)all.Count + 1, bytes: 1) { Listens = which > 0 };
                        QueueEntry expected = draining ? QueueEntry.Draining : running is null ? QueueEntry.Admitted : line.Count == 4 ? QueueEntry.Full : QueueEntry.Queued;
                        Assert.Equal(expected, slot.Enter(call, out _));
                        if (expected == QueueEntry.Queued)
                        {
                            line.Add(call);
                        }

                        running = call.Task ?? running;
                        all.Add(call);
                        break;

                    case 2:
                        // A newcomer that does not wait never overtakes those who do.
                        Assert.Equal(running is null && !draining, slot.TryAdmit(Admission.Asked(), out RunningTask? task, out _));
                        running = task ?? running;
                        break;

                    case 3 when running is not null:
                        slot.Release(running, null);
                        slot.Answered();
                        running = null;
                        while (line.Count > 0 && running is null)
                        {
                            running = line[0].Task;
                            Assert.Equal(line[0].Listens, running is not null);
                            line.RemoveAt(0);
                        }

                        break;

                    case 4 when all.Count > 0:
                        RecordedWaiter wanted = all[which % all.Count];
                        Assert.Equal(line.Remove(wanted), slot.TryWithdraw(wanted.Owner, wanted.CallId));
                        _ = wanted.Told is ["queued"] && withdrawn.Add(wanted);
                        break;

                    case 5 when which == 0:
                        _ = slot.Drain("Leaving.", () => { }, null);
                        draining = true;
                        line.Clear();
                        break;

                    default:
                        break;
                }

                Assert.Same(running, slot.Running);
                Assert.Equal(line.Select(call => call.ClientProcessId), board.Current.Queue?.Processes ?? []);
                Assert.Equal(running?.Description.Id, board.Current.Task?.Id);
                Assert.All(all, call => Assert.Equal(line.Contains(call) || withdrawn.Contains(call), call.Told is ["queued"]));
                Assert.All(all, call => Assert.InRange(call.Told.Count(told => told == "runs" || told.StartsWith("refused", StringComparison.Ordinal)), 0, 1));
            }
        });

    [Fact]
    public async Task Never_two_and_nobody_forgotten_whatever_races()
    {
        int inside = 0, most = 0;
        int ran = 0, withdrawn = 0;
        RecordedWaiter[][] calls = [.. Enumerable.Range(0, 4).Select(thread =>
            Enumerable.Range(0, 500).Select(number => new RecordedWaiter((uint)((thread * 500) + number + 1))).ToArray())];
        await Task.WhenAll(calls.Select((own, thread) => Patience.InThread(() =>
        {
            for (int round = 0; round < own.Length; round++)
            {
                _ = _slot.Enter(own[round], out _);
                if (thread % 2 == 0 && _slot.TryWithdraw(null!, own[round].CallId))
                {
                    _ = Interlocked.Increment(ref withdrawn);
                }

                if (_slot.Running is { } task && task.TrySettle())
                {
                    most = Math.Max(most, Interlocked.Increment(ref inside));
                    _ = Interlocked.Increment(ref ran);
                    _ = Interlocked.Decrement(ref inside);
                    _slot.Release(task, null);
                    _slot.Answered();
                }
            }
        })));
        while (_slot.Running is { } task)
        {
            _slot.Release(task, null);
            ran++;
        }

        Assert.Equal(1, most);
        Assert.Equal(2000, ran + withdrawn);
        Assert.Equal(ran, _board.Current.TasksFinished);
        Assert.Equal(ran, calls.Sum(own => own.Count(call => call.Told.Contains("runs"))));
    }

    private RunningTask Begin()
    {
        Assert.True(_slot.TryAdmit(Admission.Asked("FirstAsync"), out RunningTask? first, out _));
        return first;
    }
}
