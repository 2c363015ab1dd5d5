using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Telling;

/// <summary>Tells a daemon's journal as a story: a sentence for each start and end, and one for how it is now.</summary>
/// <param name="entries">The journal, oldest entry first.</param>
internal sealed class JournalStory(IReadOnlyList<DaemonJournalEntry> entries)
{
    /// <summary>A sentence for each entry, each with its time.</summary>
    public IEnumerable<string> Lines()
    {
        DateTimeOffset build = default;
        foreach (DaemonJournalEntry entry in entries)
        {
            string reason = PlainText.Of(entry.Reason);
            yield return $"{PlainText.Of(entry.At)}  {What(entry)}.{(reason.Length == 0 ? "" : $" {reason}")}{OtherBuild(entry, build)}";
            build = IsStart(entry) ? entry.BuildTimestamp : build;
        }
    }

    /// <summary>How it is now.</summary>
    /// <param name="running">The daemons that run.</param>
    /// <param name="now">The time.</param>
    public string Ending(IReadOnlyList<DaemonReport> running, DateTimeOffset now)
    {
        if (running.Count > 0)
        {
            return string.Join('\n', running.Select(report => Living(report, now)));
        }

        return Last switch
        {
            null => "Now none runs.",
            { } last when IsStart(last) =>
                $"Now none runs. Process {last.ProcessId} left without a word: it crashed, was killed, or the machine went down. The next start will note it as vanished.",
            { Event: DaemonJournalEvent.StartFailed } => "Now none runs: the last start failed. After three such failures within 30 s, clients of that build pause starting it.",
            { } last => $"Now none runs, for {PlainText.Of(now - last.At)}. The next call starts one.",
        };
    }

    /// <summary>Whether the last daemon ended without saying why, so that its log is worth a look.</summary>
    public bool EndsUnexplained => Last is { } last
        && (IsStart(last) || last.Event is DaemonJournalEvent.StartFailed or DaemonJournalEvent.Failed || last is { Event: DaemonJournalEvent.Vanished, ByProcessId: 0 });

    public static bool IsStart(DaemonJournalEntry entry) =>
        entry.Event is DaemonJournalEvent.Started or DaemonJournalEvent.Replaced or DaemonJournalEvent.TookOver;

    private DaemonJournalEntry? Last => entries is [.., var last] ? last : null;

    private static string Living(DaemonReport report, DateTimeOffset now)
    {
        string state = report.Status is { } status
            ? PlainText.Of(status.ToString())
            : $"not answering. {PlainText.Of(report.Problem ?? "")} 'daemonrpc stop {PlainText.Of(report.Daemon.Id)} --force' ends it";
        string since = report.Status?.Task is { } task ? $", since {PlainText.Of(now - task.StartedAt)}" : "";
        return $"Now process {report.Daemon.ProcessId} runs: {state}{since}.";
    }

    private string What(DaemonJournalEntry entry) => entry.Event switch
    {
        DaemonJournalEvent.Started => $"Process {entry.ProcessId} began to serve{By(entry, "started by")}",
        DaemonJournalEvent.Replaced => $"Process {entry.ProcessId} began to serve in place of another build{By(entry, "started by")}",
        DaemonJournalEvent.TookOver => $"Process {entry.ProcessId} took over from the daemon that was ended by force{By(entry, "started by")}",
        DaemonJournalEvent.Stopped => $"Process {entry.ProcessId} stopped{After(entry)}{By(entry, "asked by")}",
        DaemonJournalEvent.IdledOut => $"Process {entry.ProcessId} ended{After(entry)}, because nobody used it",
        DaemonJournalEvent.MadeRoom => $"Process {entry.ProcessId} made room for another build{After(entry)}{By(entry, "asked by")}",
        DaemonJournalEvent.Forced => $"Everything in process {entry.ProcessId} was ended by force{After(entry)}, because a cancelled task did not end{By(entry, "cancelled by")}",
        DaemonJournalEvent.Failed => $"Process {entry.ProcessId} ended, because its handler could not be created",
        DaemonJournalEvent.Vanished when entry.ByProcessId != 0 => $"Process {entry.ProcessId} was killed{After(entry)}{By(entry, "by")}",
        DaemonJournalEvent.Vanished => $"Process {entry.ProcessId} was found to have vanished",
        DaemonJournalEvent.StartFailed => $"Process {entry.ProcessId} did not become a daemon{By(entry, "started by")}",
        _ => $"Process {entry.ProcessId}: event {(int)entry.Event}",
    };

    private static string By(DaemonJournalEntry entry, string how) => entry.ByProcessId == 0 ? "" : $", {how} process {entry.ByProcessId}";

    /// <summary>How long the process had served.</summary>
    private string After(DaemonJournalEntry end)
    {
        DaemonJournalEntry? start = entries.TakeWhile(entry => entry != end).LastOrDefault(entry => IsStart(entry) && entry.ProcessId == end.ProcessId);
        return start is null || end.At < start.At ? "" : $" after {PlainText.Of(end.At - start.At)}";
    }

    private static string OtherBuild(DaemonJournalEntry entry, DateTimeOffset build) =>
        IsStart(entry) && entry.BuildTimestamp != default && entry.BuildTimestamp != build ? $" It is the build of {PlainText.Of(entry.BuildTimestamp)}." : "";
}
