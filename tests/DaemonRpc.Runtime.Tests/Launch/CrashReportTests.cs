using DaemonRpc.Journal;
using DaemonRpc.Launch;

namespace DaemonRpc.Runtime.Tests.Launch;

/// <summary>What the journal adds to the report of a daemon that ended without a goodbye.</summary>
public sealed class CrashReportTests : IDisposable
{
    // Above what Linux gives.
    private const int ProcessId = 5_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly DaemonAddress _address;

    public CrashReportTests() => _address = new DaemonAddress("some.id", "", _folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DaemonJournalEvent.Stopped, 0)]
    [InlineData(DaemonJournalEvent.IdledOut, 0)]
    [InlineData(DaemonJournalEvent.Forced, 7)]
    [InlineData(DaemonJournalEvent.Vanished, 7)]
    public void End_that_was_noted_is_told(DaemonJournalEvent @event, int by)
    {
        Note(DaemonJournalEvent.Started, ProcessId, 0, "None was running.");
        Note(@event, ProcessId, by, "The reason.");
        Note(DaemonJournalEvent.Stopped, ProcessId + 1, 0, "Another's.");

        Assert.EndsWith(" The journal says: The reason.", Report(), StringComparison.Ordinal);
    }

    [Fact]
    public void Start_and_a_disappearance_that_nobody_caused_tell_nothing()
    {
        Note(DaemonJournalEvent.Started, ProcessId, 7, "None was running.");
        Assert.DoesNotContain("journal", Report(), StringComparison.Ordinal);

        Note(DaemonJournalEvent.Vanished, ProcessId, 0, "It left without a word.");
        Assert.DoesNotContain("journal", Report(), StringComparison.Ordinal);
    }

    private string Report() => CrashReport.Of(_address, ProcessId, logPath: null).Text;

    private void Note(DaemonJournalEvent @event, int processId, int by, string reason) => new JournalFile(_address.JournalPath).Append(new DaemonJournalEntry
    {
        At = DateTimeOffset.UtcNow,
        Event = @event,
        ProcessId = processId,
        BuildTimestamp = default,
        ByProcessId = by,
        Reason = reason,
    });
}
