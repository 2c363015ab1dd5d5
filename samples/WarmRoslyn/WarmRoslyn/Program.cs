using DaemonRpc;
using WarmRoslyn;
using WarmRoslyn.Commands;
using WarmRoslyn.Contract;

// The daemon's program has the same commands, and answers in its own process.
if (args.Contains(CommandLine.NoDaemon))
{
    return await DaemonProgram.RunAsync([.. args.Where(arg => arg != CommandLine.NoDaemon)]);
}

return await CommandLine.RunAsync(args, static (solution, cancellationToken) => WarmRoslynClient.ConnectAsync(
    new DaemonClientOptions { Instance = solution, BusyTimeout = Timeout.InfiniteTimeSpan, LaunchEnvironment = BuildEnvironment.Get() },
    cancellationToken));
