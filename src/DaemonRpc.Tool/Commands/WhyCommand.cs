using System.CommandLine;
using DaemonRpc.Tool.Daemons;
using DaemonRpc.Tool.Logs;
using DaemonRpc.Tool.Output;
using DaemonRpc.Tool.Telling;

namespace DaemonRpc.Tool.Commands;

/// <summary><c>daemonrpc why</c>: when and why a daemon's processes started and ended.</summary>
internal static class WhyCommand
{
    private const int LogLines = 10;

    private static readonly Argument<string> s_id = SharedOptions.Id();
    private static readonly Option<string?> s_instance = SharedOptions.Instance();
    private static readonly Option<bool> s_json = SharedOptions.Json();

    public static Command Create()
    {
        Command command = new("why", "Tells when and why a daemon started, was replaced, and ended, whether or not it runs. Exit code 1 when nothing is known of it.")
        {
            s_id, s_instance, s_json,
        };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        DaemonQuery query = arguments.Query(arguments.GetValue(s_id), arguments.GetValue(s_instance));
        IReadOnlyList<DaemonReport> found = await FindAsync(query, cancellationToken);
        (string id, string instance) = found.Count == 0 ? (query.Id, query.Instance ?? "") : (found[0].Daemon.Id, found[0].Daemon.Instance);
        IReadOnlyList<DaemonJournalEntry> entries = id.Length == 0 ? [] : await DaemonControl.ReadJournalAsync(id, instance, query.RuntimeDirectory, cancellationToken);
        if (entries.Count == 0 && found.Count == 0)
        {
            throw new CommandException(
                ExitCode.Nothing, $"Nothing is known of a daemon '{query.Id}' in '{DaemonControl.GetRuntimeDirectory(query.RuntimeDirectory)}'. 'daemonrpc ps --all' lists those that have run.");
        }

        List<DaemonReport> running = [.. found.Where(static report => report.IsRunning)];
        if (arguments.GetValue(s_json))
        {
            WriteJson(id, instance, running.Count > 0, entries);
        }
        else
        {
            Write(id, instance, new JournalStory(entries), running, found is [var last, ..] ? last.Daemon.LogPath : null);
        }

        return ExitCode.Done;
    }

    private static async Task<IReadOnlyList<DaemonReport>> FindAsync(DaemonQuery query, CancellationToken cancellationToken)
    {
        try
        {
            return await query.OneAsync(includeEnded: true, cancellationToken);
        }
        catch (CommandException exception) when (exception.ExitCode == ExitCode.Nothing)
        {
            // Journals of early versions do not say whose they are, but they are found by the id.
            return [];
        }
    }

    private static void Write(string id, string instance, JournalStory story, List<DaemonReport> running, string? logPath)
    {
        StandardOutput.WriteLine(PlainText.Of(instance.Length == 0 ? id : $"{id} for '{instance}'"));
        foreach (string line in story.Lines())
        {
            StandardOutput.WriteLine($"  {line}");
        }

        StandardOutput.WriteLine(story.Ending(running, DateTimeOffset.Now));
        if (running.Count == 0 && story.EndsUnexplained && logPath is not null)
        {
            StandardOutput.WriteLine(PlainText.Of($"The last lines of its log, {logPath}:"));
            using LogFile log = new(logPath);
            log.Begin(LogLines);
            log.ReadOn(new LogText().Write);
        }
    }

    private static void WriteJson(string id, string instance, bool isRunning, IReadOnlyList<DaemonJournalEntry> entries)
    {
        using var output = JsonOutput.Begin();
        output.Writer.WriteString("id", id);
        output.Writer.WriteString("instance", instance);
        output.Writer.WriteBoolean("isRunning", isRunning);
        output.Writer.WriteStartArray("entries");
        foreach (DaemonJournalEntry entry in entries)
        {
            output.Writer.WriteStartObject();
            DaemonJson.WriteTime(output.Writer, "at", entry.At);
            output.Writer.WriteString("event", EventNames.Of(entry.Event));
            output.Writer.WriteNumber("processId", entry.ProcessId);
            DaemonJson.WriteNumber(output.Writer, "byProcessId", entry.ByProcessId == 0 ? null : entry.ByProcessId);
            DaemonJson.WriteTime(output.Writer, "buildTimestamp", entry.BuildTimestamp);
            output.Writer.WriteString("reason", entry.Reason);
            output.Writer.WriteEndObject();
        }

        output.Writer.WriteEndArray();
        output.End();
    }
}
