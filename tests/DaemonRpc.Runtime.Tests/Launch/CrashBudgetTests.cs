using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Transport;
using Microsoft.Extensions.Time.Testing;

namespace DaemonRpc.Runtime.Tests.Launch;

public sealed class CrashBudgetTests : IDisposable
{
    private const long Build = 34;

    private static readonly Deadline s_deadline = new(TimeSpan.FromSeconds(1));

    private readonly TemporaryFolder _folder = new();
    private readonly DaemonAddress _address;

    // The real time, more or less: the age of the journal's file counts too.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private DateTimeOffset? _changed;

    public CrashBudgetTests() => _address = new DaemonAddress("some.id", "", _folder.Path);

    private CrashBudget Budget => new(_address, Build, isProgram: true, () => _changed, _time);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Three_crashes_within_thirty_seconds_are_enough()
    {
        for (int crash = 0; crash < 3; crash++)
        {
            Budget.Demand();
            Budget.Note(new StartCrash(100 + crash, "was ended by signal 11 while starting."));
            _time.Advance(TimeSpan.FromSeconds(9));
        }

        DaemonStartException exception = Assert.Throws<DaemonStartException>(Budget.Demand);
        Assert.Contains("crashed 3 times in the last 30 s", exception.Message, StringComparison.Ordinal);
        Assert.Contains("process 102: It was ended by signal 11 while starting.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("in 3.0 s", exception.Message, StringComparison.Ordinal);
        Assert.Equal(_address.LogPath, exception.LogPath);
        _time.Advance(TimeSpan.FromSeconds(3));
        Budget.Demand();
    }

    /// <remarks>A repaired program waited for thirty seconds where its client was not built anew: tests had rebuilt both.</remarks>
    [Fact]
    public void Crashes_before_the_program_was_repaired_do_not_count()
    {
        for (int crash = 0; crash < 3; crash++)
        {
            Budget.Note(new StartCrash(1, "crashed."));
        }

        _changed = _time.GetUtcNow() - TimeSpan.FromSeconds(1);
        _ = Assert.Throws<DaemonStartException>(Budget.Demand);
        _time.Advance(TimeSpan.FromSeconds(2));
        _changed = _time.GetUtcNow() - TimeSpan.FromSeconds(1);
        Budget.Demand();
        Budget.Note(new StartCrash(1, "crashed."));
        Budget.Demand();
    }

    [Fact]
    public void Change_that_the_clock_has_not_reached_repairs_nothing()
    {
        for (int crash = 0; crash < 3; crash++)
        {
            Budget.Note(new StartCrash(1, "crashed."));
        }

        _changed = _time.GetUtcNow() + TimeSpan.FromHours(1);
        _ = Assert.Throws<DaemonStartException>(Budget.Demand);
    }

    [Fact]
    public void Crashes_of_another_build_do_not_count()
    {
        for (int crash = 0; crash < 3; crash++)
        {
            Budget.Note(new StartCrash(1, "crashed."));
        }

        new CrashBudget(_address, Build + 1, isProgram: true, () => _changed, _time).Demand();
        _ = Assert.Throws<DaemonStartException>(Budget.Demand);
    }

    [Theory]
    [InlineData(DaemonJournalEvent.Started)]
    [InlineData(DaemonJournalEvent.Stopped)]
    [InlineData(DaemonJournalEvent.IdledOut)]
    [InlineData(DaemonJournalEvent.MadeRoom)]
    [InlineData(DaemonJournalEvent.Forced)]
    [InlineData(DaemonJournalEvent.Failed)]
    [InlineData(DaemonJournalEvent.Vanished)]
    public void Other_ends_and_starts_do_not_count(DaemonJournalEvent other)
    {
        for (int count = 0; count < 100; count++)
        {
            new JournalFile(_address.JournalPath).Append(
                new DaemonJournalEntry { At = _time.GetUtcNow(), Event = other, ProcessId = 1, BuildTimestamp = new DateTimeOffset(Build, TimeSpan.Zero), ByProcessId = 3, Reason = "" });
        }

        Budget.Demand();
    }

    [Fact]
    public void Crashes_that_the_clock_has_not_reached_do_not_count()
    {
        for (int crash = 0; crash < 3; crash++)
        {
            Budget.Note(new StartCrash(1, "crashed."));
        }

        new CrashBudget(_address, Build, isProgram: true, () => _changed, new FakeTimeProvider(_time.GetUtcNow() - TimeSpan.FromHours(1))).Demand();
        _ = Assert.Throws<DaemonStartException>(Budget.Demand);
    }

    [Fact]
    public void Daemon_that_died_before_its_handler_was_made_is_noted_once()
    {
        Append(DaemonJournalEvent.Started, 12);
        File.WriteAllText(_address.InstanceLockPath, "");

        _ = Budget.NoteLast(s_deadline);
        _ = Budget.NoteLast(s_deadline);

        DaemonJournalEntry entry = Assert.Single(new JournalFile(_address.JournalPath).Read(), entry => entry.Event == DaemonJournalEvent.StartFailed);
        Assert.Equal((12, "It ended without a word before its handler was made."), (entry.ProcessId, entry.Reason));
    }

    [Fact]
    public void Daemons_that_were_killed_while_starting_do_not_count_once_a_handler_was_made()
    {
        File.WriteAllText(_address.InstanceLockPath, "");
        for (int killed = 1; killed <= 3; killed++)
        {
            Append(DaemonJournalEvent.Started, killed);
            _ = Budget.NoteLast(s_deadline);
        }

        _ = Assert.Throws<DaemonStartException>(Budget.Demand);
        Append(DaemonJournalEvent.Started, 4);
        HandlerMark.Set(_address.InstanceLockPath, isMade: true);
        _ = Budget.NoteLast(s_deadline);
        Budget.Demand();
    }

    [Fact]
    public void Crashes_before_a_daemon_that_worked_do_not_count()
    {
        for (int crash = 1; crash <= 3; crash++)
        {
            Budget.Note(new StartCrash(crash, "was ended by signal 9 while starting."));
        }

        Append(DaemonJournalEvent.Started, 4);
        File.WriteAllText(_address.InstanceLockPath, "");
        // As long as its handler is not made it proves nothing.
        _ = Assert.Throws<DaemonStartException>(Budget.Demand);
        HandlerMark.Set(_address.InstanceLockPath, isMade: true);
        Budget.Demand();
    }

    [Fact]
    public void Another_builds_daemon_that_worked_forgives_nothing()
    {
        for (int crash = 1; crash <= 3; crash++)
        {
            Budget.Note(new StartCrash(crash, "crashed."));
        }

        new JournalFile(_address.JournalPath).Append(
            new DaemonJournalEntry { At = _time.GetUtcNow(), Event = DaemonJournalEvent.Started, ProcessId = 4, BuildTimestamp = new DateTimeOffset(Build + 1, TimeSpan.Zero), ByProcessId = 3, Reason = "" });
        File.WriteAllText(_address.InstanceLockPath, "");
        HandlerMark.Set(_address.InstanceLockPath, isMade: true);

        _ = Assert.Throws<DaemonStartException>(Budget.Demand);
    }

    [Fact]
    public void Daemon_whose_factory_threw_has_not_worked()
    {
        for (int crash = 1; crash <= 3; crash++)
        {
            Budget.Note(new StartCrash(crash, "crashed."));
        }

        Append(DaemonJournalEvent.Started, 4);
        Append(DaemonJournalEvent.Failed, 4);
        Append(DaemonJournalEvent.Started, 5);
        File.WriteAllText(_address.InstanceLockPath, "");

        _ = Assert.Throws<DaemonStartException>(Budget.Demand);
    }

    [Fact]
    public void Process_that_was_stopped_by_force_while_it_started_has_not_crashed()
    {
        for (int start = 1; start <= 3; start++)
        {
            Budget.Note(new StartCrash(start, "was ended by signal 9 while starting."));
            Append(start == 1 ? DaemonJournalEvent.Stopped : DaemonJournalEvent.Vanished, start);
        }

        Budget.Demand();
    }

    [Fact]
    public void Daemon_whose_handler_was_made_is_not_noted()
    {
        Append(DaemonJournalEvent.Started, 12);
        File.WriteAllText(_address.InstanceLockPath, "");
        HandlerMark.Set(_address.InstanceLockPath, isMade: true);

        _ = Budget.NoteLast(s_deadline);

        _ = Assert.Single(new JournalFile(_address.JournalPath).Read());
    }

    [Fact]
    public void Daemon_of_another_build_of_the_same_program_is_not_noted()
    {
        Append(DaemonJournalEvent.Started, 12);
        File.WriteAllText(_address.InstanceLockPath, "");

        _ = new CrashBudget(_address, Build + 1, isProgram: true, () => _changed, _time).NoteLast(s_deadline);

        _ = Assert.Single(new JournalFile(_address.JournalPath).Read());
    }

    [Theory]
    [InlineData(DaemonJournalEvent.Stopped)]
    [InlineData(DaemonJournalEvent.IdledOut)]
    [InlineData(DaemonJournalEvent.MadeRoom)]
    [InlineData(DaemonJournalEvent.Forced)]
    [InlineData(DaemonJournalEvent.Failed)]
    public void Daemon_that_said_why_it_left_has_not_crashed(DaemonJournalEvent death)
    {
        Append(DaemonJournalEvent.Started, 12);
        Append(death, 12);

        _ = Budget.NoteLast(s_deadline);

        Assert.DoesNotContain(new JournalFile(_address.JournalPath).Read(), entry => entry.Event == DaemonJournalEvent.StartFailed);
    }

    private void Append(DaemonJournalEvent what, int processId) => new JournalFile(_address.JournalPath).Append(
        new DaemonJournalEntry { At = _time.GetUtcNow(), Event = what, ProcessId = processId, BuildTimestamp = new DateTimeOffset(Build, TimeSpan.Zero), ByProcessId = 3, Reason = "" });

    [Fact]
    public void Crash_is_told_in_the_journal()
    {
        Budget.Note(new StartCrash(12, "ended with exit code 42 while starting."));

        DaemonJournalEntry entry = Assert.Single(new JournalFile(_address.JournalPath).Read());
        Assert.Equal(
            (DaemonJournalEvent.StartFailed, 12, Build, Environment.ProcessId, "It ended with exit code 42 while starting."),
            (entry.Event, entry.ProcessId, entry.BuildTimestamp.UtcTicks, entry.ByProcessId, entry.Reason));
    }
}
