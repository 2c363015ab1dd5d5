using System.CommandLine;
using WarmRoslyn.Contract;
using WarmRoslyn.Output;

namespace WarmRoslyn.Commands;

/// <summary><c>warmroslyn references</c>: prints where something is used.</summary>
internal static class ReferencesCommand
{
    private static readonly Argument<string> s_symbol = SymbolArgument();

    public static Command Create(Connector connect)
    {
        Command command = new("references", "Prints where a symbol is declared and used.") { s_symbol };
        command.Do(connect, RunAsync);
        return command;
    }

    public static Argument<string> SymbolArgument() => new("symbol") { Description = "A name such as Json.Parse, or a place such as src/a.cs:12:5." };

    /// <summary>A file of a place is named from the current folder, which the daemon does not know.</summary>
    public static string WithFullPath(string symbol) =>
        symbol.Split(':') is [.. { Length: > 0 } file, { } line, { } column] ? $"{Path.GetFullPath(string.Join(':', file))}:{line}:{column}" : symbol;

    private static async Task<int> RunAsync(WarmRoslynClient client, ParseResult arguments, CancellationToken cancellationToken)
    {
        Printer printer = Printer.For(arguments);
        await foreach (CodeReference reference in client.ReferencesAsync(WithFullPath(arguments.GetValue(s_symbol)!), cancellationToken))
        {
            printer.Print(reference);
        }

        return printer.Count > 0 ? ExitCode.Success : ExitCode.Errors;
    }
}
