using System.CommandLine;
using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Commands;

/// <summary>Turns what goes wrong into one sentence and an exit code.</summary>
internal static class Guarded
{
    /// <summary>Sets what a command does.</summary>
    public static void Do(this Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (arguments, cancellationToken) =>
        {
            try
            {
                return await action(arguments, cancellationToken);
            }
            catch (OutputClosedException)
            {
                return ExitCode.OutputClosed;
            }
            catch (Exception exception) when (CodeOf(exception) is { } code)
            {
                await Console.Error.WriteLineAsync($"daemonrpc: {PlainText.Of(exception.Message)}");
                return code;
            }
        });

    /// <summary>Returns the exit code for a failure; null for a mistake of this tool, which deserves its stack trace.</summary>
    public static int? CodeOf(Exception exception) => exception switch
    {
        CommandException command => command.ExitCode,
        OperationCanceledException => ExitCode.Interrupted,
        DaemonUnresponsiveException => ExitCode.Unresponsive,
        DaemonDisconnectedException => ExitCode.Nothing,
        DaemonException or IOException or UnauthorizedAccessException => ExitCode.Failed,
        _ => null,
    };
}
