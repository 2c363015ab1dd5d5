using System.Globalization;

namespace DaemonRpc;

/// <summary>What happened to a daemon, in a <see cref="DaemonJournalEntry"/>. The names are in the journal's file.</summary>
public enum DaemonJournalEvent
{
    /// <summary>It began to serve, as none was running.</summary>
    Started,

    /// <summary>It began to serve in the place of one of another build.</summary>
    Replaced,

    /// <summary>It began to serve in the place of one that was ended because a task did not end when cancelled.</summary>
    TookOver,

    /// <summary>It left because somebody asked it to, or on a signal.</summary>
    Stopped,

    /// <summary>It left because it was not used.</summary>
    IdledOut,

    /// <summary>It left to make room for another build.</summary>
    MadeRoom,

    /// <summary>All that ran in its process was ended, because a task did not end when cancelled. The process may go on as the next daemon.</summary>
    Forced,

    /// <summary>It left because its handler could not be made.</summary>
    Failed,

    /// <summary>
    /// It was gone when the next one started, and had not said why: it crashed, was killed, or the machine went down. Where a forced stop killed it, as it did
    /// not answer, <see cref="DaemonJournalEntry.ByProcessId"/> says whose.
    /// </summary>
    Vanished,

    /// <summary>
    /// It was started and crashed before its handler was made, or had to be ended as it did not get ready. Written by a client that
    /// saw it, with that client's build. Three within 30 seconds, and clients of that build start no more for a while.
    /// </summary>
    StartFailed,
}

/// <summary>One line of a daemon's journal: when and why it began to serve, or left.</summary>
public sealed class DaemonJournalEntry
{
    /// <summary>When it happened; for <see cref="DaemonJournalEvent.Vanished"/>, when it was noticed.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened.</summary>
    public required DaemonJournalEvent Event { get; init; }

    /// <summary>The daemon's process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When the daemon was built, in UTC, the default when its build supplied no time; for <see cref="DaemonJournalEvent.StartFailed"/>, when the client was.</summary>
    public required DateTimeOffset BuildTimestamp { get; init; }

    /// <summary>The process that brought it about; 0 when none did.</summary>
    public required int ByProcessId { get; init; }

    /// <summary>The same for people, in a sentence. Never holds arguments or values.</summary>
    public required string Reason { get; init; }

    /// <summary>One line for people, such as <c>2026-01-02 03:04:05Z Replaced, process 4711, by process 4700: The daemon was of an older build.</c></summary>
    public override string ToString()
    {
        string by = ByProcessId == 0 ? "" : $", by process {ByProcessId}";
        string line = string.Create(CultureInfo.InvariantCulture, $"{At.UtcDateTime:u} {Event}, process {ProcessId}{by}{(Reason.Length == 0 ? "" : ": ")}{Reason}");

        // A reason may hold names of programs, and a terminal obeys what stands in them.
        return string.Create(line.Length, line, static (text, line) =>
        {
            for (int index = 0; index < text.Length; index++)
            {
                text[index] = char.IsControl(line[index]) ? ' ' : line[index];
            }
        });
    }
}
