using System.CommandLine;
using DaemonRpc.Tool.Daemons;
using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Commands;

/// <summary><c>daemonrpc ps</c>: a line for each daemon of the user, whatever its product.</summary>
internal static class PsCommand
{
    private static readonly Option<bool> s_all = new("--all", "-a") { Description = "Lists also daemons that have ended and whose files are still there." };
    private static readonly Option<bool> s_json = SharedOptions.Json();

    public static Command Create()
    {
        Command command = new("ps", "Lists the user's daemons, of every product.") { s_all, s_json };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        DaemonQuery query = arguments.Query();
        IAsyncEnumerable<DaemonView> daemons = query.FindAsync(arguments.GetValue(s_all), cancellationToken).Select(DaemonView.Of);
        int count = await (arguments.GetValue(s_json) ? WriteJsonAsync(query, daemons) : StandardOutput.IsTerminal ? DaemonTable.ShowAsync(daemons) : WriteLinesAsync(daemons));
        if (count == 0 && !arguments.GetValue(s_json))
        {
            await Console.Error.WriteLineAsync($"No daemon runs in '{DaemonControl.GetRuntimeDirectory(query.RuntimeDirectory)}'.");
        }

        return ExitCode.Done;
    }

    private static async Task<int> WriteLinesAsync(IAsyncEnumerable<DaemonView> daemons)
    {
        int count = 0;
        StandardOutput.WriteLine(string.Join('\t', DaemonColumns.Names));
        await foreach (DaemonView daemon in daemons)
        {
            count++;
            StandardOutput.WriteLine(string.Join('\t', DaemonColumns.Of(daemon)));
        }

        return count;
    }

    private static async Task<int> WriteJsonAsync(DaemonQuery query, IAsyncEnumerable<DaemonView> daemons)
    {
        int count = 0;
        using var output = JsonOutput.Begin();
        output.Writer.WriteString("runtimeDirectory", DaemonControl.GetRuntimeDirectory(query.RuntimeDirectory));
        output.Writer.WriteStartArray("daemons");
        await foreach (DaemonView daemon in daemons)
        {
            count++;
            DaemonJson.Write(output.Writer, daemon);
            output.Flush();
        }

        output.Writer.WriteEndArray();
        output.End();
        return count;
    }
}
