using DaemonRpc.Tool.Daemons;
using DaemonRpc.Tool.Output;
using Spectre.Console;

namespace DaemonRpc.Tool.Watching;

/// <summary>Shows the board in a terminal: a row for each daemon, with a bar for the progress of its task.</summary>
internal static class WatchTable
{
    private const int BarWidth = 20;

    /// <summary>Shows the changes until they end.</summary>
    public static Task ShowAsync(WatchBoard board, IAsyncEnumerable<WatchedDaemon> changes) =>
        StandardOutput.Terminal.Live(Table([])).AutoClear(false).Overflow(VerticalOverflow.Ellipsis).StartAsync(async live =>
        {
            await foreach (WatchedDaemon _ in changes)
            {
                live.UpdateTarget(Table(board.Rows));
            }
        });

    /// <summary>The bar of a share, such as <c>████░░░░</c>; empty where it is unknown.</summary>
    internal static string BarOf(double? progress)
    {
        if (progress is not { } share)
        {
            return "";
        }

        int full = (int)Math.Round(Math.Clamp(share, 0, 1) * BarWidth);
        return $"{new string('█', full)}{new string('░', BarWidth - full)} {PlainText.OfShare(share)}";
    }

    private static Table Table(IReadOnlyList<WatchedDaemon> rows)
    {
        Table table = new Table().Border(TableBorder.None);
        foreach (string name in (string[])["ID", "INSTANCE", "PID", "STATE", "PROGRESS", "MESSAGE", "TASK", "WAITING"])
        {
            _ = table.AddColumn(new TableColumn(StandardOutput.Styled("dim", name)) { NoWrap = name is not ("MESSAGE" or "TASK") });
        }

        foreach (WatchedDaemon row in rows)
        {
            _ = table.AddRow(
                StandardOutput.Styled("bold", PlainText.Of(row.Daemon.Id)),
                Markup.Escape(PlainText.Of(row.Daemon.Instance)),
                $"{row.Daemon.ProcessId}",
                StandardOutput.Styled(DaemonTable.ColorOf(row.State), row.State),
                StandardOutput.Styled("green", BarOf(row.Progress)),
                Markup.Escape(PlainText.Of(row.Message)),
                Markup.Escape(row.Status?.Task is { } task ? DaemonView.OfTask(task) : ""),
                row.Status is { Waiting: > 0 } status ? $"{status.Waiting}" : "");
        }

        return rows.Count > 0 ? table : table.AddRow(StandardOutput.Styled("dim", "No daemon runs."));
    }
}
