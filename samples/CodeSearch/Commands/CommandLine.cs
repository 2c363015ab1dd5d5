using System.CommandLine;

namespace CodeSearch.Commands;

/// <summary>What the user may type.</summary>
internal static class CommandLine
{
    /// <summary>How long a cancelled command may take to say so. The daemon needs one second when it has to use force.</summary>
    private static readonly TimeSpan s_cancelTime = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult command = Create().Parse(args);
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = s_cancelTime };
        int exitCode = await command.InvokeAsync(configuration);

        // What cannot be parsed is an error to the library with a number that means "no hit" to us.
        return command.Errors.Count > 0 ? ExitCode.Error : exitCode;
    }

    /// <summary>The directory, which every command takes last.</summary>
    public static Argument<string> DirectoryArgument() => new("dir")
    {
        Description = "The directory; the current one by default.",
        DefaultValueFactory = static _ => ".",
    };

    public static Option<bool> WaitOption() => new("--wait", "-w")
    {
        Description = "Wait for another task to end instead of failing with exit code 75.",
    };

    private static RootCommand Create() => new(
        "Searches a directory tree through an index that a daemon keeps in memory. Exit codes: 0 hits, 1 none, 2 an error, 75 the daemon is busy, 130 cancelled.")
    {
        SearchCommand.Create(),
        IndexCommand.Create(),
        StatusCommand.Create(),
        WatchCommand.Create(),
        CancelCommand.Create(),
        StopCommand.Create(),
    };
}
