namespace DaemonRpc.Runtime.Tests;

public sealed class DaemonJournalEntryTests
{
    [Theory]
    [InlineData(56, "A client asked it to.", "2026-01-02 03:04:05Z Stopped, process 12, by process 56: A client asked it to.")]
    [InlineData(0, "On a signal.", "2026-01-02 03:04:05Z Stopped, process 12: On a signal.")]
    [InlineData(0, "", "2026-01-02 03:04:05Z Stopped, process 12")]
    [InlineData(0, "a\nb\r\tc\u001b", "2026-01-02 03:04:05Z Stopped, process 12: a b  c ")]
    public void Text_is_one_line_for_people(int by, string reason, string text)
    {
        var entry = new DaemonJournalEntry
        {
            At = new DateTimeOffset(2026, 1, 2, 5, 4, 5, 999, TimeSpan.FromHours(2)),
            Event = DaemonJournalEvent.Stopped,
            ProcessId = 12,
            BuildTimestamp = new DateTimeOffset(34, TimeSpan.Zero),
            ByProcessId = by,
            Reason = reason,
        };

        Assert.Equal(text, entry.ToString());
    }
}
