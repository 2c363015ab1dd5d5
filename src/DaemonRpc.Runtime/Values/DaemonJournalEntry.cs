using System.Globalization;

namespace DaemonRpc;

/// <summary>What happened to a daemon. The journal file stores the names of these values.</summary>
public enum DaemonJournalEvent
{
    /// <summary>The daemon began to serve; none was running.</summary>
    Started,

    /// <summary>The daemon began to serve in place of one of another build.</summary>
    Replaced,

    /// <summary>The daemon began to serve in place of one that was ended by force because a cancelled task did not end.</summary>
    TookOver,

    /// <summary>The daemon ended on request or on a signal.</summary>
    Stopped,

    /// <summary>The daemon ended because nobody had used it for the length of its idle timeout.</summary>
    IdledOut,

    /// <summary>The daemon ended to make room for another build.</summary>
    MadeRoom,

    /// <summary>
    /// Everything in the daemon's process was ended, because a cancelled task did not end. The process itself may continue as the next daemon.
    /// </summary>
    Forced,

    /// <summary>The daemon ended because its handler could not be created.</summary>
    Failed,

    /// <summary>
    /// The daemon disappeared without giving a reason: it crashed, was killed, or the machine went down. Noted when the next daemon starts.
    /// If a forced stop killed an unresponsive daemon, <see cref="DaemonJournalEntry.ByProcessId"/> names the killer.
    /// </summary>
    Vanished,

    /// <summary>
    /// A started process crashed before its handler was created, or was ended because it did not become ready. Written by the
    /// client that started the process, with the client's build. After three failures within 30 seconds, clients of that build pause starting the daemon.
    /// </summary>
    StartFailed,
}

/// <summary>One line of a daemon's journal: when and why the daemon started or ended.</summary>
public sealed class DaemonJournalEntry
{
    /// <summary>When the event happened; for <see cref="DaemonJournalEvent.Vanished"/>, when it was noticed.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened.</summary>
    public required DaemonJournalEvent Event { get; init; }

    /// <summary>The daemon's process id.</summary>
    public required int ProcessId { get; init; }

    /// <summary>
    /// When the daemon was built, in UTC; the default value when its build supplied no time. For <see
    /// cref="DaemonJournalEvent.StartFailed"/>, when the client was built.
    /// </summary>
    public required DateTimeOffset BuildTimestamp { get; init; }

    /// <summary>The id of the process that caused the event; 0 when no process did.</summary>
    public required int ByProcessId { get; init; }

    /// <summary>The reason as a sentence for people. Never contains arguments or values of calls.</summary>
    public required string Reason { get; init; }

    /// <summary>
    /// Formats the entry as one line, such as <c>2026-01-02 03:04:05Z Replaced, process 4711, by process 4700: The daemon was of an older build.</c>
    /// </summary>
    public override string ToString()
    {
        string by = ByProcessId == 0 ? "" : $", by process {ByProcessId}";
        string line = string.Create(CultureInfo.InvariantCulture, $"{At.UtcDateTime:u} {Event}, process {ProcessId}{by}{(Reason.Length == 0 ? "" : ": ")}{Reason}");

        // A reason may contain program names. Control characters in them could command the terminal.
        return string.Create(line.Length, line, static (text, line) =>
        {
            for (int index = 0; index < text.Length; index++)
            {
                text[index] = char.IsControl(line[index]) ? ' ' : line[index];
            }
        });
    }
}
