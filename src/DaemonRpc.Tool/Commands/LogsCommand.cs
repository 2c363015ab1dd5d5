using System.CommandLine;
using DaemonRpc.Tool.Daemons;
using DaemonRpc.Tool.Logs;

namespace DaemonRpc.Tool.Commands;

/// <summary><c>daemonrpc logs</c>: a daemon's log, also that of one that has ended.</summary>
internal static class LogsCommand
{
    private static readonly Argument<string> s_id = SharedOptions.Id();
    private static readonly Option<string?> s_instance = SharedOptions.Instance();
    private static readonly Option<bool> s_follow = new("--follow", "-f") { Description = "Goes on with what is written, also by the daemon's successors, until Ctrl-C." };
    private static readonly Option<bool> s_previous = new("--previous", "-p") { Description = "Shows the earlier part: the previous daemon's log, or what was moved out of a full one." };
    private static readonly Option<int?> s_lines = new("--lines", "-n") { Description = "Shows only the last lines.", HelpName = "count" };

    public static Command Create()
    {
        Command command = new("logs", "Shows a daemon's log, also after the daemon has ended. Exit code 1 when there is none.") { s_id, s_instance, s_follow, s_previous, s_lines };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        DaemonQuery query = arguments.Query(arguments.GetValue(s_id), arguments.GetValue(s_instance));
        string[] paths = [.. (await query.OneAsync(includeEnded: true, cancellationToken)).Select(static report => report.Daemon.LogPath).OfType<string>()];
        if (paths.Length == 0)
        {
            throw new CommandException(ExitCode.Nothing, $"The daemon '{query.Id}' has no log: it was started in the foreground, and writes to its own terminal.");
        }

        // Of several daemons of one instance, the one that wrote last.
        string path = paths.MaxBy(File.GetLastWriteTimeUtc)!;
        bool follows = arguments.GetValue(s_follow);
        using LogFile log = new(arguments.GetValue(s_previous) ? path + ".1" : path);
        using LogChanges? changes = follows ? new LogChanges(path) : null;
        log.Begin(Math.Max(-1, arguments.GetValue(s_lines) ?? -1));
        LogText text = new();
        try
        {
            log.ReadOn(text.Write);
            while (changes is not null && await changes.NextAsync(cancellationToken))
            {
                log.ReadOn(text.Write);
            }
        }
        catch (OperationCanceledException) when (follows)
        {
            // Ctrl-C is how one stops following.
        }

        return ExitCode.Done;
    }
}
