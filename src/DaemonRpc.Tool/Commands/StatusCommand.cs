using System.CommandLine;
using System.Globalization;
using DaemonRpc.Tool.Daemons;
using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Commands;

/// <summary><c>daemonrpc status</c>: all that daemons say of themselves.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string?> s_id = SharedOptions.OptionalId();
    private static readonly Option<string?> s_instance = SharedOptions.Instance();
    private static readonly Option<bool> s_json = SharedOptions.Json();

    public static Command Create()
    {
        Command command = new("status", "Shows what daemons are doing. Exit code 1 when none runs, 3 when one does not answer.") { s_id, s_instance, s_json };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        DaemonQuery query = arguments.Query(arguments.GetValue(s_id), arguments.GetValue(s_instance));
        using JsonOutput? json = arguments.GetValue(s_json) ? JsonOutput.Begin() : null;
        json?.Writer.WriteStartArray("daemons");
        int count = 0;
        bool areAnswering = true;
        await foreach (DaemonView daemon in query.FindAsync(includeEnded: false, cancellationToken).Select(DaemonView.Of))
        {
            areAnswering &= daemon.Status is not null;
            if (json is not null)
            {
                DaemonJson.Write(json.Writer, daemon);
                json.Flush();
            }
            else
            {
                StandardOutput.WriteLine($"{(count == 0 ? "" : "\n")}{string.Join('\n', Lines(daemon))}");
            }

            count++;
        }

        json?.Writer.WriteEndArray();
        json?.End();
        return count > 0 ? (areAnswering ? ExitCode.Done : ExitCode.Unresponsive) : json is not null ? ExitCode.Nothing : throw query.NoneRuns();
    }

    private static IEnumerable<string> Lines(DaemonView daemon)
    {
        yield return $"id        {daemon.Id}";
        if (daemon.Instance.Length > 0)
        {
            yield return $"instance  {daemon.Instance}";
        }

        yield return $"process   {daemon.ProcessId}{(daemon.Process is null ? "" : $", up {daemon.Uptime}, {daemon.Memory}")}";
        yield return $"state     {daemon.State}{(daemon.Message.Length > 0 ? $": {daemon.Message}" : "")}";
        if (daemon.Status is { } status)
        {
            foreach (string line in Lines(status))
            {
                yield return line;
            }
        }

        yield return $"build     {(daemon.Build.Length > 0 ? daemon.Build : "unknown")}";
        yield return $"log       {PlainText.Of(daemon.Daemon.LogPath ?? "none")}";
        if (daemon.Report.Problem is { } problem)
        {
            yield return $"problem   {PlainText.Of(problem)}";
        }

        if (daemon.Report.ProtocolMismatch is { } mismatch)
        {
            yield return $"protocol  {mismatch}";
        }
    }

    private static IEnumerable<string> Lines(DaemonStatus status)
    {
        if (status.Task is { } task)
        {
            yield return $"task      {DaemonView.OfTask(task)}, since {PlainText.Of(task.StartedAt)}, {task.Id}";
        }

        foreach (DaemonTask yielded in status.YieldedTasks)
        {
            yield return $"gave way  {DaemonView.OfTask(yielded)}, since {PlainText.Of(yielded.StartedAt)}, {yielded.Id}";
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"calls     {status.TasksFinished} finished, {status.Waiting} waiting");
        if (status.LastCanceled is { } cancelled)
        {
            yield return $"cancelled {PlainText.Of($"{cancelled.Method} ({cancelled.Id}) last, by process {cancelled.CanceledBy}")}";
        }
    }
}
