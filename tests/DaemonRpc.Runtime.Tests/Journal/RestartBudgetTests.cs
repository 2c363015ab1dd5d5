using DaemonRpc.Journal;
using Microsoft.Extensions.Time.Testing;

namespace DaemonRpc.Runtime.Tests.Journal;

public sealed class RestartBudgetTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 12, 0, 0, TimeSpan.Zero));
    private readonly List<DaemonJournalEntry> _journal = [];

    private long _build = 1;

    [Fact]
    public void Five_returns_within_a_minute_are_enough()
    {
        Alternate();
        for (int back = 0; back < 5; back++)
        {
            Assert.True(Allows());
            Alternate();
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.False(Allows());
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(Allows());
    }

    [Fact]
    public void Twenty_returns_within_an_hour_are_enough()
    {
        Alternate();
        for (int back = 0; back < 20; back++)
        {
            Assert.True(Allows());
            Alternate();
            _time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.False(Allows());
        _time.Advance(TimeSpan.FromMinutes(20));
        Assert.True(Allows());
    }

    /// <remarks>The sixth rebuild within a minute was refused: other tests knew two builds, which took turns.</remarks>
    [Fact]
    public void Builds_that_follow_one_another_are_no_war()
    {
        for (long build = 1; build <= 200; build++)
        {
            Note(DaemonJournalEvent.MadeRoom, build);
            Note(DaemonJournalEvent.Replaced, build + 1);
        }

        Assert.True(Allows());
    }

    [Fact]
    public void Build_that_comes_back_after_another_end_is_no_war()
    {
        Note(DaemonJournalEvent.MadeRoom, 1);
        Note(DaemonJournalEvent.Replaced, 2);
        for (int back = 0; back < 100; back++)
        {
            Note(DaemonJournalEvent.IdledOut, 2);
            Note(DaemonJournalEvent.Started, 1);
            Note(DaemonJournalEvent.Stopped, 1);
            Note(DaemonJournalEvent.Started, 2);
        }

        Assert.True(Allows());
    }

    [Theory]
    [InlineData(DaemonJournalEvent.Forced)]
    [InlineData(DaemonJournalEvent.Stopped)]
    [InlineData(DaemonJournalEvent.IdledOut)]
    [InlineData(DaemonJournalEvent.Vanished)]
    public void Other_ends_and_starts_do_not_count(DaemonJournalEvent other)
    {
        for (int count = 0; count < 100; count++)
        {
            Note(DaemonJournalEvent.MadeRoom, 1);
            Note(other, 1);
            Note(DaemonJournalEvent.Started, 2);
        }

        Assert.True(Allows());
    }

    [Fact]
    public void Returns_that_the_clock_has_not_reached_do_not_count()
    {
        for (int back = 0; back < 7; back++)
        {
            Alternate();
        }

        Assert.True(new RestartBudget(() => _journal, new FakeTimeProvider(_time.GetUtcNow() - TimeSpan.FromHours(1))).Allows());
        Assert.False(Allows());
    }

    private bool Allows() => new RestartBudget(() => _journal, _time).Allows();

    /// <summary>One of two builds makes room for the other.</summary>
    private void Alternate()
    {
        Note(DaemonJournalEvent.MadeRoom, _build);
        _build = 3 - _build;
        Note(DaemonJournalEvent.Replaced, _build);
    }

    private void Note(DaemonJournalEvent what, long build) =>
        _journal.Add(new DaemonJournalEntry { At = _time.GetUtcNow(), Event = what, ProcessId = 1, BuildTimestamp = new DateTimeOffset(build, TimeSpan.Zero), ByProcessId = 3, Reason = "" });
}
