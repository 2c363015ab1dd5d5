using System.CommandLine;
using DaemonRpc;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Commands;

/// <summary><c>warmroslyn stop</c>: ends the daemon of a solution and frees its memory.</summary>
internal static class StopCommand
{
    public static Command Create()
    {
        Command command = new("stop", "Stops the solution's daemon. Succeeds when none runs.");
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(string solution, ParseResult arguments, CancellationToken cancellationToken)
    {
        // There may be several, for callers with different environments.
        DaemonHandle[] daemons = [.. (await DaemonControl.ListAsync(cancellationToken: cancellationToken))
            .Where(daemon => daemon.Id == IWarmRoslyn.DaemonId && daemon.Instance == solution)];
        foreach (DaemonHandle daemon in daemons)
        {
            await daemon.StopAsync(cancellationToken: cancellationToken);
            Console.WriteLine($"Stopped process {daemon.ProcessId}.");
        }

        if (daemons.Length == 0)
        {
            Console.WriteLine($"No daemon runs for {solution}.");
        }

        return ExitCode.Success;
    }
}
