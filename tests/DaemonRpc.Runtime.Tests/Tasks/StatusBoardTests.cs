using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class StatusBoardTests
{
    private readonly StatusBoard _board = new();

    [Fact]
    public void Statuses_come_in_order_and_count_tasks()
    {
        _board.Ready();
        _board.Busy(Admission.NewTask().Description);
        _board.TaskEnded(null);
        _board.Busy(Admission.NewTask().Description);
        _board.TaskEnded("It broke.");
        _board.Stopping("Idle.");

        List<DaemonStatus> all = Since(0);

        Assert.Equal(
            [DaemonState.Starting, DaemonState.Ready, DaemonState.Busy, DaemonState.Ready, DaemonState.Busy, DaemonState.Error, DaemonState.Stopping],
            all.Select(status => status.State));
        Assert.Equal([1L, 2, 3, 4, 5, 6, 7], all.Select(status => status.Sequence));
        Assert.Equal([0L, 0, 0, 1, 1, 2, 2], all.Select(status => status.TasksFinished));
        Assert.Equal("It broke.", all[5].Message);
    }

    [Fact]
    public void Daemon_that_goes_from_one_task_to_the_next_is_never_free_but_tells_the_error()
    {
        _board.Ready();
        _board.Busy(Admission.NewTask("One").Description);
        _board.QueueChanged([7, 8]);
        _board.HandedOver(null, null, Admission.NewTask("Two").Description, [8]);
        _board.HandedOver("It broke.", null, Admission.NewTask("Three").Description, []);

        List<DaemonStatus> fresh = Since(2);

        Assert.Equal(["One 2", "Two 1", " 1", "Three 0"], fresh.Select(status => $"{status.Task?.Method} {status.Waiting}"));
        Assert.Equal((DaemonState.Error, "It broke.", 2L), (fresh[2].State, fresh[2].Message, fresh[2].TasksFinished));
    }

    [Fact]
    public void Reports_of_one_task_are_merged_into_the_last_and_those_of_two_are_not()
    {
        _board.Ready();
        _board.Busy(Admission.NewTask("One").Description);
        _board.Report("first", 0.1);
        _board.Report("second", 0.2);
        _board.TaskEnded(null);
        _board.Busy(Admission.NewTask("Two").Description);
        _board.Report("third", null);

        List<DaemonStatus> fresh = Since(2);

        Assert.Equal(["One second", " ", "Two third"], fresh.Select(status => $"{status.Task?.Method} {status.Message}"));
        Assert.Equal([5L, 6, 8], fresh.Select(status => status.Sequence));
    }

    [Fact]
    public void What_the_ring_no_longer_has_is_counted_and_the_last_is_there()
    {
        for (int task = 0; task < 1000; task++)
        {
            _board.Busy(Admission.NewTask().Description);
            _board.TaskEnded(null);
        }

        List<DaemonStatus> rest = Since(1);

        // 2,001 there were, of which the last 256 are kept.
        Assert.Equal(Enumerable.Range(2001 - 255, 256), rest.Select(status => (int)status.Place));
        Assert.Equal(_board.Current.Sequence, rest[^1].Sequence);
        Assert.Equal(1000, rest[^1].TasksFinished);
        Assert.Equal(rest.Select(status => status.Sequence).Order(), rest.Select(status => status.Sequence));
    }

    [Fact]
    public void Report_without_a_task_says_nothing()
    {
        _board.Ready();
        _board.Report("nobody asked", null);
        _board.Stopping("Idle.");
        _board.Report("too late", null);

        Assert.Equal("Idle.", _board.Current.Message);
        Assert.Equal(3, _board.Current.Sequence);
    }

    [Fact]
    public void Task_that_ends_while_stopping_does_not_make_the_daemon_ready()
    {
        _board.Busy(Admission.NewTask().Description);
        _board.Stopping("Leaving.");
        Assert.NotNull(_board.Current.Task);
        _board.TaskEnded(null);

        Assert.Equal(DaemonState.Stopping, _board.Current.State);
        Assert.Null(_board.Current.Task);
    }

    [Fact]
    public void Daemon_that_leaves_or_works_is_not_made_ready()
    {
        TaskDescription task = Admission.NewTask().Description;
        _board.Busy(task);
        _board.Ready();
        Assert.Equal(DaemonState.Busy, _board.Current.State);
        _board.Stopping("Leaving.");
        _board.Ready();

        Assert.Equal(DaemonState.Stopping, _board.Current.State);
    }

    [Fact]
    public async Task Waiting_ends_with_a_newer_status_or_when_the_board_closes()
    {
        Task<bool> newer = Patience.InThread(() => _board.WaitForNewer(1));
        _board.Ready();
        Assert.True(await newer);
        Task<bool> closed = Patience.InThread(() => _board.WaitForNewer(2));
        _board.Close();

        Assert.False(await closed);
    }

    [Fact]
    public void Reports_push_no_error_out_and_are_not_missed()
    {
        _board.Busy(Admission.NewTask("One").Description);
        _board.TaskEnded("It broke.");
        _board.Busy(Admission.NewTask("Two").Description);
        for (int report = 0; report < 1000; report++)
        {
            _board.Report($"{report}", null);
        }

        List<DaemonStatus> all = Since(0);

        Assert.Equal([DaemonState.Starting, DaemonState.Busy, DaemonState.Error, DaemonState.Busy], all.Select(status => status.State));
        Assert.Equal("999", all[^1].Message);
        Assert.Equal([1L, 2, 3, 4], all.Select(status => status.Place));
    }

    [Fact]
    public void Errors_are_told_however_many_tasks_have_ended_since()
    {
        for (int task = 0; task < 1000; task++)
        {
            _board.Busy(Admission.NewTask().Description);
            _board.TaskEnded(task % 100 == 0 ? $"Task {task} broke." : null);
        }

        List<DaemonStatus> rest = Since(1);

        Assert.Equal(Enumerable.Range(0, 10).Select(hundred => $"Task {hundred * 100} broke."), rest.Where(status => status.State == DaemonState.Error).Select(status => status.Message));
        Assert.Equal(rest.Select(status => status.Sequence).Order(), rest.Select(status => status.Sequence));
        Assert.Equal(rest.Count, rest.Select(status => status.Place).Distinct().Count());
    }

    [Fact]
    public void What_became_of_the_last_cancelled_task_stays_known()
    {
        var canceled = new DaemonCanceledTask { Id = new DaemonTaskId(1, 2), Method = "One", Outcome = CancelOutcome.Stopped, CanceledBy = 7 };
        _board.Ready();
        _board.Busy(Admission.NewTask("One").Description);
        _board.HandedOver(null, canceled, Admission.NewTask("Two").Description, []);
        Assert.Same(canceled, _board.Current.LastCanceled);
        _board.TaskEnded(null);

        Assert.Same(canceled, _board.Current.LastCanceled);
        Assert.Null(Since(0)[1].LastCanceled);
    }

    [Fact]
    public void Daemon_that_took_over_names_the_task_that_was_ended_by_force()
    {
        var forced = new DaemonCanceledTask { Id = new DaemonTaskId(1, 2), Method = "One", Outcome = CancelOutcome.Forced, CanceledBy = 7 };
        _board.TookOver(forced);

        Assert.Equal((DaemonState.Starting, forced), (_board.Current.State, _board.Current.LastCanceled));
    }

    private List<DaemonStatus> Since(long sequence) => _board.Since(sequence);
}
