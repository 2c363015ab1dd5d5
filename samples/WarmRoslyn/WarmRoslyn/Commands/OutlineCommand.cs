using System.CommandLine;
using WarmRoslyn.Contract;
using WarmRoslyn.Output;

namespace WarmRoslyn.Commands;

/// <summary><c>warmroslyn outline</c>: prints what a file declares.</summary>
internal static class OutlineCommand
{
    private static readonly Argument<string> s_file = new("file") { Description = "A C# file of the solution." };

    public static Command Create(Connector connect)
    {
        Command command = new("outline", "Prints the types and members of a file, with their lines.") { s_file };
        command.Do(connect, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(WarmRoslynClient client, ParseResult arguments, CancellationToken cancellationToken)
    {
        Printer printer = Printer.For(arguments);
        await foreach (CodeSymbol symbol in client.OutlineAsync(Path.GetFullPath(arguments.GetValue(s_file)!), cancellationToken))
        {
            printer.PrintInOutline(symbol);
        }

        return ExitCode.Success;
    }
}
