using System.CommandLine;
using WarmRoslyn.Contract;
using WarmRoslyn.Output;

namespace WarmRoslyn.Commands;

/// <summary><c>warmroslyn rename</c>: prints what a new name changes, as a diff that other tools apply.</summary>
internal static class RenameCommand
{
    private static readonly Argument<string> s_symbol = ReferencesCommand.SymbolArgument();
    private static readonly Argument<string> s_newName = new("new-name") { Description = "The new name." };
    private static readonly Option<bool> s_dryRun = new("--dry-run") { Description = "Print a unified diff and change nothing. Required: this tool writes no source." };

    public static Command Create(Connector connect)
    {
        Command command = new("rename", "Prints the renaming of a symbol as a unified diff, for 'patch -p1' or 'git apply'.") { s_symbol, s_newName, s_dryRun };
        command.Do(connect, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(WarmRoslynClient client, ParseResult arguments, CancellationToken cancellationToken)
    {
        if (!arguments.GetValue(s_dryRun))
        {
            throw new CommandException("This tool writes no source. Ask with --dry-run, and apply the answer with 'git apply' or 'patch -p1'.");
        }

        Printer printer = Printer.For(arguments);
        RenamePlan plan = await client.PlanRenameAsync(
            ReferencesCommand.WithFullPath(arguments.GetValue(s_symbol)!), arguments.GetValue(s_newName)!, cancellationToken);
        foreach (FilePatch patch in plan.Files)
        {
            printer.Print(patch);
        }

        foreach (CodeDiagnostic error in plan.NewErrors)
        {
            await Console.Error.WriteLineAsync($"With the new name: {Texts.Of(error)}");
        }

        return plan.NewErrors.Length > 0 ? ExitCode.Errors : ExitCode.Success;
    }
}
