namespace DaemonRpc.Journal;

/// <summary>Why a daemon is started, as its journal records it.</summary>
/// <param name="Event">The kind of start: Started, Replaced or TookOver.</param>
/// <param name="Text">The reason as a sentence for people.</param>
/// <param name="ByProcessId">The process that starts the daemon.</param>
internal sealed record LaunchReason(DaemonJournalEvent Event, string Text, int ByProcessId)
{
    /// <summary>Creates the reason for a daemon that this process starts.</summary>
    public static LaunchReason Ours(DaemonJournalEvent what, string text) => new(what, text, Environment.ProcessId);
}
