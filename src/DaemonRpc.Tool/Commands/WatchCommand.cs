using System.CommandLine;
using DaemonRpc.Tool.Daemons;
using DaemonRpc.Tool.Output;
using DaemonRpc.Tool.Watching;

namespace DaemonRpc.Tool.Commands;

/// <summary><c>daemonrpc watch</c>: what daemons are doing, as they do it.</summary>
internal static class WatchCommand
{
    private static readonly Argument<string?> s_id = SharedOptions.OptionalId();
    private static readonly Option<string?> s_instance = SharedOptions.Instance();
    private static readonly Option<bool> s_json = new("--json") { Description = "Writes a line of JSON for each change." };

    public static Command Create()
    {
        Command command = new("watch", "Shows what daemons are doing, as they do it, until Ctrl-C. With an id: until the daemon has gone; exit code 1 when none runs.")
        {
            s_id, s_instance, s_json,
        };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        DaemonQuery query = arguments.Query(arguments.GetValue(s_id), arguments.GetValue(s_instance));
        bool untilGone = query.Id.Length > 0;
        WatchBoard board = new(query);
        bool hasSeenAny = false;
        IAsyncEnumerable<WatchedDaemon> changes = board.ChangesAsync(untilGone, cancellationToken).Select(row =>
        {
            hasSeenAny = true;
            return row;
        });
        try
        {
            if (StandardOutput.IsTerminal && !arguments.GetValue(s_json))
            {
                await WatchTable.ShowAsync(board, changes);
            }
            else
            {
                await foreach (WatchedDaemon row in changes)
                {
                    WatchLines.Write(row, arguments.GetValue(s_json));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how one stops watching.
            return ExitCode.Done;
        }

        return hasSeenAny ? ExitCode.Done : throw query.NoneRuns();
    }
}
