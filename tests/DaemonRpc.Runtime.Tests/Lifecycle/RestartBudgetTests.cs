using DaemonRpc.Lifecycle;
using Microsoft.Extensions.Time.Testing;

namespace DaemonRpc.Runtime.Tests.Lifecycle;

public sealed class RestartBudgetTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 12, 0, 0, TimeSpan.Zero));
    private readonly List<DaemonJournalEntry> _journal = [];

    [Fact]
    public void Five_replacements_within_a_minute_are_enough()
    {
        for (int replacement = 0; replacement < 5; replacement++)
        {
            Assert.True(Allows());
            Note(DaemonJournalEvent.MadeRoom);
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.False(Allows());
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(Allows());
    }

    [Fact]
    public void Twenty_replacements_within_an_hour_are_enough()
    {
        for (int replacement = 0; replacement < 20; replacement++)
        {
            Assert.True(Allows());
            Note(DaemonJournalEvent.MadeRoom);
            _time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.False(Allows());
        _time.Advance(TimeSpan.FromMinutes(20));
        Assert.True(Allows());
    }

    [Theory]
    [InlineData(DaemonJournalEvent.Forced)]
    [InlineData(DaemonJournalEvent.Stopped)]
    [InlineData(DaemonJournalEvent.IdledOut)]
    [InlineData(DaemonJournalEvent.Vanished)]
    [InlineData(DaemonJournalEvent.Replaced)]
    public void Other_ends_and_births_do_not_count(DaemonJournalEvent other)
    {
        for (int count = 0; count < 100; count++)
        {
            Note(other);
        }

        Assert.True(Allows());
    }

    [Fact]
    public void Replacements_that_the_clock_has_not_reached_do_not_count()
    {
        for (int replacement = 0; replacement < 5; replacement++)
        {
            Note(DaemonJournalEvent.MadeRoom);
        }

        Assert.True(new RestartBudget(() => _journal, new FakeTimeProvider(_time.GetUtcNow() - TimeSpan.FromHours(1))).Allows());
        Assert.False(Allows());
    }

    private bool Allows() => new RestartBudget(() => _journal, _time).Allows();

    private void Note(DaemonJournalEvent what) =>
        _journal.Add(new DaemonJournalEntry { At = _time.GetUtcNow(), Event = what, ProcessId = 1, BuildTimestamp = 2, ByProcessId = 3, Reason = "" });
}
