using DaemonRpc.Tool.Daemons;
using Spectre.Console;

namespace DaemonRpc.Tool.Output;

/// <summary>Shows a row for each daemon, in a terminal, as soon as the daemon has answered.</summary>
internal static class DaemonTable
{
    /// <summary>Shows the daemons. Returns how many there were.</summary>
    public static async Task<int> ShowAsync(IAsyncEnumerable<DaemonView> daemons)
    {
        Table table = new Table().Border(TableBorder.None);
        foreach (string name in DaemonColumns.Names)
        {
            _ = table.AddColumn(new TableColumn(StandardOutput.Styled("dim", name)) { NoWrap = name is not ("MESSAGE" or "TASK") });
        }

        int count = 0;
        await StandardOutput.Terminal.Live(table).Overflow(VerticalOverflow.Visible).StartAsync(async live =>
        {
            await foreach (DaemonView daemon in daemons)
            {
                count++;
                _ = table.AddRow(DaemonColumns.Of(daemon).Select((text, column) => Cell(daemon, text, column)));
                live.Refresh();
            }

            if (count == 0)
            {
                table.ShowHeaders = false;
            }
        });
        return count;
    }

    /// <summary>The colour of a state.</summary>
    public static string ColorOf(string state) => state switch
    {
        "ready" => "green",
        "busy" or "starting" => "yellow",
        "error" or DaemonView.NotAnswering => "red",
        _ => "grey",
    };

    private static Markup Cell(DaemonView daemon, string text, int column) => new(DaemonColumns.Names[column] switch
    {
        "ID" => StandardOutput.Styled("bold", text),
        "STATE" => StandardOutput.Styled(ColorOf(daemon.State), text),
        _ => Markup.Escape(text),
    });
}
