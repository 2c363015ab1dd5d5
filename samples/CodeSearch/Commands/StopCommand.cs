using System.CommandLine;

namespace CodeSearch.Commands;

/// <summary><c>codesearch stop</c>: ends the daemon of a directory and frees its memory.</summary>
internal static class StopCommand
{
    private static readonly Argument<string> s_directory = CommandLine.DirectoryArgument();
    private static readonly Option<bool> s_force = new("--force", "-f") { Description = "Do not wait for the task that runs." };

    public static Command Create()
    {
        Command command = new("stop", "Stops the directory's daemon, after the task that runs. Succeeds when none runs.") { s_directory, s_force };
        command.Do(s_directory, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(SearchedDirectory directory, ParseResult arguments, CancellationToken cancellationToken)
    {
        if (await directory.FindDaemonAsync(cancellationToken) is { } daemon)
        {
            await daemon.StopAsync(arguments.GetValue(s_force), cancellationToken);
            Console.WriteLine($"Stopped process {daemon.ProcessId}.");
        }
        else
        {
            Console.WriteLine($"No daemon runs for {directory}.");
        }

        return ExitCode.Found;
    }
}
