using System.CommandLine;
using WarmRoslyn.Contract;
using WarmRoslyn.Output;

namespace WarmRoslyn.Commands;

/// <summary><c>warmroslyn symbol</c>: prints where something is declared.</summary>
internal static class SymbolCommand
{
    private static readonly Argument<string> s_name = new("name") { Description = "Such as Parse, Json.Parse or 'Pars*'." };

    public static Command Create(Connector connect)
    {
        Command command = new("symbol", "Prints the declarations with a name. Exit code 1 if there are none.") { s_name };
        command.Do(connect, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(WarmRoslynClient client, ParseResult arguments, CancellationToken cancellationToken)
    {
        Printer printer = Printer.For(arguments);
        await foreach (CodeSymbol symbol in client.SymbolsAsync(arguments.GetValue(s_name)!, cancellationToken))
        {
            printer.Print(symbol);
        }

        return printer.Count > 0 ? ExitCode.Success : ExitCode.Errors;
    }
}
