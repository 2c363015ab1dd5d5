using System.CommandLine;
using DaemonRpc;

namespace CodeSearch.Commands;

/// <summary><c>codesearch cancel</c>: cancels the task that runs, whoever's it is.</summary>
internal static class CancelCommand
{
    private static readonly Argument<string> s_directory = CommandLine.DirectoryArgument();

    public static Command Create()
    {
        Command command = new("cancel", "Cancels what the directory's daemon is doing. Exit code 1 when that is nothing.") { s_directory };
        command.Do(s_directory, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(SearchedDirectory directory, ParseResult arguments, CancellationToken cancellationToken)
    {
        CancelOutcome outcome = await directory.FindDaemonAsync(cancellationToken) is { } daemon
            ? await daemon.CancelAsync(cancellationToken)
            : CancelOutcome.NothingRunning;
        Console.WriteLine(outcome switch
        {
            CancelOutcome.NothingRunning => $"Nothing runs for {directory}.",
            CancelOutcome.Completed => "The task finished before it could be cancelled.",
            CancelOutcome.Forced => "Cancelled by force; a new daemon has taken over.",
            _ => "Cancelled.",
        });
        return outcome is CancelOutcome.NothingRunning or CancelOutcome.Completed ? ExitCode.Nothing : ExitCode.Found;
    }
}
