using System.CommandLine;

namespace DaemonRpc.Tool.Commands;

/// <summary>What the user may type.</summary>
internal static class CommandLine
{
    // A cancelled command has nothing to undo.
    private static readonly TimeSpan s_terminationTimeout = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult command = Create().Parse(args);
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = s_terminationTimeout };
        int exitCode = await command.InvokeAsync(configuration);

        // The library's exit code of a wrong command line is 1, which has another meaning here.
        return command.Errors.Count > 0 ? ExitCode.Usage : exitCode;
    }

    internal static RootCommand Create()
    {
        RootCommand root = new("Lists, watches, cancels, stops and explains the daemons of programs made with DaemonRpc. Never starts one.")
        {
            PsCommand.Create(),
            StatusCommand.Create(),
            WatchCommand.Create(),
            CancelCommand.Create(),
            StopCommand.Create(),
            LogsCommand.Create(),
            WhyCommand.Create(),
            DoctorCommand.Create(),
            PruneCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Options.Add(SharedOptions.RuntimeDirectory);
        root.Options.Add(SharedOptions.Timeout);
        return root;
    }
}
