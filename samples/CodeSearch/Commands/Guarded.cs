using System.CommandLine;
using CodeSearch.Contract;
using CodeSearch.Output;
using DaemonRpc;

namespace CodeSearch.Commands;

/// <summary>Turns what goes wrong into one sentence and an exit code.</summary>
internal static class Guarded
{
    /// <summary>Sets what a command does.</summary>
    public static void Do(this Command command, Argument<string> directory, Func<SearchedDirectory, ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (arguments, cancellationToken) =>
        {
            string path = arguments.GetValue(directory)!;
            try
            {
                return await action(SearchedDirectory.Resolve(path), arguments, cancellationToken);
            }
            catch (OutputClosedException)
            {
                return ExitCode.OutputClosed;
            }
            catch (Exception e) when (Explain(e, path) is { } explanation)
            {
                Errors.Say(explanation.Sentence);
                return explanation.ExitCode;
            }
        });

    // Null for what can only be a mistake of ours: that deserves its stack trace.
    private static (string Sentence, int ExitCode)? Explain(Exception exception, string path) => exception switch
    {
        CommandException or DaemonFaultException<PatternProblem> => (exception.Message, ExitCode.Error),
        DaemonTaskCanceledException e => (StatusText.Of(e), ExitCode.Cancelled),
        OperationCanceledException => ("Cancelled.", ExitCode.Cancelled),
        DaemonBusyException e => (StatusText.Of(e, path), ExitCode.Busy),
        DaemonRemoteException e => ($"The daemon failed: {e.Message} ({e.RemoteType})", ExitCode.Error),
        DaemonException or TimeoutException => (exception.Message, ExitCode.Error),
        _ => null,
    };
}
