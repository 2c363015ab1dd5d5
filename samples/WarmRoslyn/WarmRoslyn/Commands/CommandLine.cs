using System.CommandLine;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Commands;

/// <summary>Connects to what answers questions about a solution: its daemon, or this process.</summary>
internal delegate Task<WarmRoslynClient> Connector(string solution, CancellationToken cancellationToken);

/// <summary>What the user may type.</summary>
internal static class CommandLine
{
    /// <summary>The option that the client handles before the others.</summary>
    public const string NoDaemon = "--no-daemon";

    /// <summary>How long a cancelled command may take to say so; a little longer than the daemon takes before it uses force.</summary>
    private static readonly TimeSpan s_cancelTime = TimeSpan.FromSeconds(15);

    public static Option<string?> Solution { get; } = new("--solution", "-s")
    {
        Description = "A .sln, .slnx or .csproj file, or the folder of one. By default the nearest above the current folder.",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object per line.", Recursive = true };

    public static async Task<int> RunAsync(string[] args, Connector connect)
    {
        ParseResult command = Create(connect).Parse(args);
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = s_cancelTime };
        int exitCode = await command.InvokeAsync(configuration);

        // What cannot be parsed is an error to the library with a number that means "the code has errors" to us.
        return command.Errors.Count > 0 ? ExitCode.Failure : exitCode;
    }

    private static RootCommand Create(Connector connect) => new(
        "Answers questions about a C# solution that a daemon keeps loaded and compiled. Exit codes: 0 no errors, 1 errors or nothing found, 2 no answer, 130 cancelled.")
    {
        DiagnosticsCommand.Create(connect),
        SymbolCommand.Create(connect),
        ReferencesCommand.Create(connect),
        RenameCommand.Create(connect),
        OutlineCommand.Create(connect),
        WatchCommand.Create(connect),
        StopCommand.Create(),
        Solution,
        Json,
        new Option<bool>(NoDaemon) { Description = "Answer in a process of its own, which loads the solution anew and ends.", Recursive = true },
    };
}
