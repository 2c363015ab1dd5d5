using System.Globalization;
using DaemonRpc.Journal;
using DaemonRpc.Logging;
using DaemonRpc.Platform;

namespace DaemonRpc.Launch;

/// <summary>
/// What is known of a daemon that ended without a goodbye: its exit status if it was this process's child, its last log lines, and the journal's entry.
/// </summary>
/// <param name="ExitCode">The exit code, or null.</param>
/// <param name="Signal">The signal that ended the process, or null.</param>
/// <param name="LogPath">The file that contains the daemon's log now, or null when it had none.</param>
/// <param name="LastLines">The last lines of the log, oldest first.</param>
/// <param name="Text">All of this as a text for people.</param>
internal sealed record CrashReport(int? ExitCode, int? Signal, string? LogPath, IReadOnlyList<string> LastLines, string Text)
{
    // The kernel ends a dying process's connections some milliseconds before its parent is told.
    private static readonly TimeSpan s_dyingTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Collects the report. Blocks the thread for up to 500 ms if the process has not quite ended.</summary>
    /// <param name="address">The daemon.</param>
    /// <param name="processId">The daemon's process.</param>
    /// <param name="logPath">The log file that the daemon named, or null.</param>
    public static CrashReport Of(DaemonAddress address, int processId, string? logPath)
    {
        ChildProcess? child = ChildProcess.Of(processId);
        _ = child?.WaitForExit(s_dyingTimeout);
        string how = Tell(processId, child?.ExitCode, child?.Signal);
        string noted = address.HasFiles && LastNoted(address, processId) is { } reason ? $" The journal says: {reason}" : "";
        string? log = logPath is null ? null : DaemonLog.FileOf(logPath, processId);
        return new CrashReport(
            child?.ExitCode,
            child?.Signal,
            log,
            log is null ? [] : DaemonLog.Tail(log),
            $"{how}{noted}{(log is null ? "" : " " + DaemonLog.Evidence(log))}");
    }

    /// <summary>Says how a process ended.</summary>
    public static string Tell(int processId, int? exitCode, int? signal) => (exitCode, signal) switch
    {
        (_, { } number) => string.Create(CultureInfo.InvariantCulture, $"Its process, {processId}, was ended by signal {number}."),
        ({ } code, _) => string.Create(CultureInfo.InvariantCulture, $"Its process, {processId}, ended with exit code {code}."),
        _ => string.Create(CultureInfo.InvariantCulture, $"Its process, {processId}, ended the connection without a word; it may have crashed or been killed."),
    };

    private static string? LastNoted(DaemonAddress address, int processId) =>
        new JournalFile(address.JournalPath).ReadIfPossible().FindLast(entry => entry.ProcessId == processId) is { } last && !JournalFile.IsStart(last) && (last.Event != DaemonJournalEvent.Vanished || last.ByProcessId != 0)
            ? last.Reason
            : null;
}
