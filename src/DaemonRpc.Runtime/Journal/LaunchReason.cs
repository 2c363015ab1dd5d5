namespace DaemonRpc.Journal;

/// <summary>Why a daemon is started: what its journal says of its start.</summary>
/// <param name="Event">One of the events that are starts.</param>
/// <param name="Text">The same for people.</param>
/// <param name="ByProcessId">The process that starts it.</param>
internal sealed record LaunchReason(DaemonJournalEvent Event, string Text, int ByProcessId)
{
    /// <summary>This process starts it.</summary>
    public static LaunchReason Ours(DaemonJournalEvent what, string text) => new(what, text, Environment.ProcessId);
}
