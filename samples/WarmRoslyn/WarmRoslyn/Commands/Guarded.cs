using System.CommandLine;
using DaemonRpc;
using WarmRoslyn.Contract;
using WarmRoslyn.Output;

namespace WarmRoslyn.Commands;

/// <summary>Turns what goes wrong into one sentence and an exit code.</summary>
internal static class Guarded
{
    /// <summary>Sets what a command does with an open connection.</summary>
    public static void Do(this Command command, Connector connect, Func<WarmRoslynClient, ParseResult, CancellationToken, Task<int>> action) =>
        command.Do(async (solution, arguments, cancellationToken) =>
        {
            await using WarmRoslynClient client = await connect(solution, cancellationToken);
            await using Progress progress = Progress.Show(client.Daemon);
            return await action(client, arguments, cancellationToken);
        });

    /// <summary>Sets what a command does about a solution.</summary>
    public static void Do(this Command command, Func<string, ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (arguments, cancellationToken) =>
        {
            try
            {
                return await action(SolutionFile.Resolve(arguments.GetValue(CommandLine.Solution)), arguments, cancellationToken);
            }
            catch (Exception e) when (Explain(e) is { } explanation)
            {
                await Console.Error.WriteLineAsync($"warmroslyn: {explanation.Sentence}");
                return explanation.ExitCode;
            }
        });

    // Null for what can only be a mistake of ours: that deserves its stack trace.
    private static (string Sentence, int ExitCode)? Explain(Exception exception) => exception switch
    {
        CommandException or DaemonFaultException<Problem> => (exception.Message, ExitCode.Failure),
        OperationCanceledException => ("Cancelled.", ExitCode.Cancelled),
        DaemonRemoteException e => ($"The daemon failed: {e.Message} ({e.RemoteType})", ExitCode.Failure),
        DaemonException or TimeoutException => (exception.Message, ExitCode.Failure),
        _ => null,
    };
}
