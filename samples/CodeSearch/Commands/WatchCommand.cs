using System.CommandLine;
using System.Globalization;
using CodeSearch.Output;
using DaemonRpc;

namespace CodeSearch.Commands;

/// <summary><c>codesearch watch</c>: prints the daemon's status whenever it changes, until the daemon leaves or Ctrl-C.</summary>
internal static class WatchCommand
{
    private static readonly Argument<string> s_directory = CommandLine.DirectoryArgument();

    public static Command Create()
    {
        Command command = new("watch", "Prints what the directory's daemon is doing, as it does it.") { s_directory };
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

        try
        {
            await foreach (DaemonStatus status in daemon.WatchStatusAsync(cancellationToken))
            {
                Console.WriteLine($"{DateTime.Now.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}  {StatusText.Of(status)}");
            }

            Console.WriteLine("The daemon has left.");
        }
        catch (DaemonDisconnectedException)
        {
            // It left after it was found and before it was watched.
            Console.WriteLine("The daemon has left.");
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how one stops watching; nothing was cancelled by it.
        }

        return ExitCode.Found;
    }
}
