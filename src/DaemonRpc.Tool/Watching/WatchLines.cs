using System.Globalization;
using DaemonRpc.Tool.Daemons;
using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Watching;

/// <summary>Writes a line for each change, as text or JSON, where no person watches a terminal.</summary>
internal static class WatchLines
{
    public static void Write(WatchedDaemon row, bool asJson)
    {
        if (asJson)
        {
            WriteJson(row);
            return;
        }

        string time = DateTimeOffset.Now.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        string progress = row.Progress is { } share ? PlainText.OfShare(share) : "";
        string task = row.Status?.Task is { } running && !row.HasEnded ? DaemonView.OfTask(running) : "";
        StandardOutput.WriteLine(PlainText.OfFields(time, row.Daemon.Id, row.Daemon.Instance, $"{row.Daemon.ProcessId}", row.State, progress, row.Message, task));
    }

    private static void WriteJson(WatchedDaemon row)
    {
        using var output = JsonOutput.Begin(lines: true);
        DaemonJson.WriteTime(output.Writer, "at", DateTimeOffset.UtcNow);
        DaemonJson.WriteName(output.Writer, row.Daemon);
        output.Writer.WriteString("state", row.State == DaemonView.NotAnswering ? "notAnswering" : row.State);
        DaemonJson.WriteStatus(output.Writer, row.HasEnded ? null : row.Status);
        output.End();
    }
}
