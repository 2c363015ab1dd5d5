using System.CommandLine;
using System.Diagnostics;
using WarmRoslyn.Contract;
using WarmRoslyn.Output;

namespace WarmRoslyn.Commands;

/// <summary><c>warmroslyn diagnostics</c>: prints what the compiler says, as a build does.</summary>
internal static class DiagnosticsCommand
{
    private static readonly Option<string?> s_project = new("--project", "-p") { Description = "Only this project: its name or file." };

    private static readonly Option<Severity> s_severity = new("--severity")
    {
        Description = "The least severity to print.",
        DefaultValueFactory = static _ => Severity.Warning,
    };

    private static readonly Option<bool> s_analyzers = new("--analyzers") { Description = "Run the projects' analyzers too, as a build does." };

    public static Command Create(Connector connect)
    {
        Command command = new("diagnostics", "Prints the compiler's errors and warnings. Exit code 1 if there are errors.") { s_project, s_severity, s_analyzers };
        command.Do(connect, RunAsync);
        return command;
    }

    /// <summary>The options that the command and <c>watch</c> share.</summary>
    public static IEnumerable<Option> Options => [s_project, s_severity, s_analyzers];

    public static DiagnosticQuery QueryOf(ParseResult arguments) =>
        new(arguments.GetValue(s_project), arguments.GetValue(s_severity), arguments.GetValue(s_analyzers));

    private static async Task<int> RunAsync(WarmRoslynClient client, ParseResult arguments, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Printer printer = Printer.For(arguments);
        int errors = 0;
        int warnings = 0;
        await foreach (CodeDiagnostic diagnostic in client.DiagnosticsAsync(QueryOf(arguments), cancellationToken))
        {
            errors += diagnostic.Severity == Severity.Error ? 1 : 0;
            warnings += diagnostic.Severity == Severity.Warning ? 1 : 0;
            printer.Print(diagnostic);
        }

        Texts.Summarize(errors, warnings, Stopwatch.GetElapsedTime(start), client.Daemon.Origin);
        return errors > 0 ? ExitCode.Errors : ExitCode.Success;
    }
}
