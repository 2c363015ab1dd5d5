using DaemonRpc;
using WarmRoslyn;
using WarmRoslyn.Commands;
using WarmRoslyn.Contract;

if (WarmRoslynDaemon.IsRequested)
{
    // To load a solution takes long and to keep it costs some hundred megabytes: an hour without a question is a lunch, or the end of the work.
    // MSBuild does not hear of a cancellation at once, and force would cost the loaded solution.
    DaemonOptions options = new() { IdleTimeout = TimeSpan.FromHours(1), CancelGrace = TimeSpan.FromSeconds(10) };
    return await WarmRoslynDaemon.RunAsync(context => new WarmRoslynHandler(context, context.Instance), options);
}

// Started by hand, or by the client's option --no-daemon: the same commands, answered by the same handler in this process.
return await CommandLine.RunAsync(args, static (solution, _) =>
    Task.FromResult(WarmRoslynClient.ConnectInProcess(context => new WarmRoslynHandler(context, solution))));
