using System.CommandLine;
using System.Globalization;
using CodeSearch.Output;
using DaemonRpc;

namespace CodeSearch.Commands;

/// <summary><c>codesearch status</c>: what the daemon of a directory is doing. Starts none.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string> s_directory = CommandLine.DirectoryArgument();

    public static Command Create()
    {
        Command command = new("status", "Says what the directory's daemon is doing. Exit code 1 when none runs.") { s_directory };
        command.Do(s_directory, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(SearchedDirectory directory, ParseResult arguments, CancellationToken cancellationToken)
    {
        if (await directory.FindDaemonAsync(cancellationToken) is not { } daemon)
        {
            Console.WriteLine($"No daemon runs for {directory}.");
            return ExitCode.Nothing;
        }

        DaemonStatus status = await daemon.GetStatusAsync(cancellationToken);
        DateTimeOffset built = daemon.BuildTimestamp;
        Console.WriteLine($"directory  {directory}");
        Console.WriteLine($"process    {daemon.ProcessId}");
        Console.WriteLine($"built      {built.ToString("u", CultureInfo.InvariantCulture)}");
        Console.WriteLine($"log        {daemon.LogPath ?? "none"}");
        Console.WriteLine($"tasks      {status.TasksFinished} finished");
        Console.WriteLine($"state      {StatusText.Of(status)}");
        return ExitCode.Found;
    }
}
