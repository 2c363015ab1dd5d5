using DaemonRpc.Protocol;

namespace DaemonRpc.Journal;

/// <summary>Writes this daemon's own journal entries.</summary>
internal sealed class JournalWriter(JournalFile journal, JournalName name, long buildTimestamp)
{
    /// <summary>Records that this daemon begins to serve.</summary>
    public void Started(LaunchReason reason)
    {
        journal.Name(name);
        journal.AppendStart(Entry(reason.Event, reason.Text, reason.ByProcessId));
    }

    /// <summary>Records that this daemon ends.</summary>
    public void Ended(DaemonJournalEvent what, string reason, int by) => journal.Append(Entry(what, reason, by));

    private DaemonJournalEntry Entry(DaemonJournalEvent what, string reason, int by) => new()
    {
        At = DateTimeOffset.UtcNow,
        Event = what,
        ProcessId = Environment.ProcessId,
        BuildTimestamp = BuildIdentity.TimeOf(buildTimestamp),
        ByProcessId = by,
        Reason = reason,
    };
}
