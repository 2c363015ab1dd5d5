using System.CommandLine;
using DaemonRpc.Tool.Daemons;
using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Commands;

/// <summary><c>daemonrpc stop</c>: ends daemons, and waits until they have gone.</summary>
internal static class StopCommand
{
    private static readonly Argument<string?> s_id = SharedOptions.OptionalId();
    private static readonly Option<string?> s_instance = SharedOptions.Instance();
    private static readonly Option<bool> s_all = new("--all") { Description = "Stops every daemon, or every instance of the id." };
    private static readonly Option<bool> s_idle = new("--idle") { Description = "Stops only daemons in which no task runs or waits." };
    private static readonly Option<bool> s_force = new("--force", "-f") { Description = "Ends the daemon at once with its task, also one that does not answer." };
    private static readonly Option<bool> s_json = SharedOptions.Json();

    public static Command Create()
    {
        Command command = new("stop", "Stops a daemon once its task has finished, and waits until it has gone. Exit code 1 when none runs, 3 when one does not answer.")
        {
            s_id, s_instance, s_all, s_idle, s_force, s_json,
        };
        command.Validators.Add(static result =>
        {
            if (result.GetValue(s_id) is null && result.GetValue(s_instance) is null && !result.GetValue(s_all) && !result.GetValue(s_idle))
            {
                result.AddError("Name the daemon to stop, or give --all or --idle.");
            }
        });
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        DaemonQuery query = arguments.Query(arguments.GetValue(s_id), arguments.GetValue(s_instance));
        bool force = arguments.GetValue(s_force);
        bool isOne = !arguments.GetValue(s_all) && !arguments.GetValue(s_idle);
        IReadOnlyList<DaemonReport> found = isOne
            ? await query.OneAsync(includeEnded: false, cancellationToken)
            : await query.FindAsync(includeEnded: false, cancellationToken).ToListAsync(cancellationToken);
        List<Task<StopResult>> stopping = [.. found.Where(report => !arguments.GetValue(s_idle) || IsIdle(report)).Select(report => StopAsync(report, force, cancellationToken))];
        using JsonOutput? json = arguments.GetValue(s_json) ? JsonOutput.Begin() : null;
        json?.Writer.WriteStartArray("daemons");
        int code = ExitCode.Done;
        await foreach (Task<StopResult> done in Task.WhenEach(stopping).WithCancellation(cancellationToken))
        {
            StopResult result = await done;
            code = Math.Max(code, result.Code);
            await TellAsync(json, result);
        }

        json?.Writer.WriteEndArray();
        json?.End();
        if (stopping.Count == 0 && json is null)
        {
            await Console.Error.WriteLineAsync($"daemonrpc: There is no {(arguments.GetValue(s_idle) ? "idle " : "")}daemon to stop.");
        }

        return stopping.Count == 0 ? ExitCode.Nothing : code;
    }

    // A call that comes at this moment is admitted, and finishes before the daemon stops.
    private static bool IsIdle(DaemonReport report) =>
        report.Status is { State: DaemonState.Ready or DaemonState.Error, Task: null, Waiting: 0, YieldedTasks.Count: 0 };

    private static async Task<StopResult> StopAsync(DaemonReport report, bool force, CancellationToken cancellationToken)
    {
        int processId = report.Daemon.ProcessId;
        if (report.Status is null && !force)
        {
            return new StopResult(report.Daemon, processId, $"{report.Problem} The option --force ends it.", ExitCode.Unresponsive);
        }

        if (!force && report.Status?.Task is { } task)
        {
            await Console.Error.WriteLineAsync(
                $"daemonrpc: '{PlainText.Of(report.Daemon.Id)}' stops when {DaemonView.OfTask(task)} has finished. Ctrl-C stops waiting; --force does not wait.");
        }

        try
        {
            await report.Daemon.StopAsync(force, cancellationToken);
            return new StopResult(report.Daemon, processId, null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && Guarded.CodeOf(exception) is not null)
        {
            // The other daemons are stopped all the same.
            return new StopResult(report.Daemon, processId, exception.Message, Guarded.CodeOf(exception)!.Value);
        }
    }

    private static async Task TellAsync(JsonOutput? json, StopResult result)
    {
        if (json is not null)
        {
            json.Writer.WriteStartObject();
            json.Writer.WriteString("id", result.Daemon.Id);
            json.Writer.WriteString("instance", result.Daemon.Instance);
            json.Writer.WriteNumber("processId", result.ProcessId);
            json.Writer.WriteBoolean("isStopped", result.Problem is null);
            json.Writer.WriteString("problem", result.Problem);
            json.Writer.WriteEndObject();
            json.Flush();
        }
        else if (result.Problem is null)
        {
            string instance = result.Daemon.Instance.Length == 0 ? "" : $" for '{result.Daemon.Instance}'";
            StandardOutput.WriteLine(PlainText.Of($"Stopped '{result.Daemon.Id}'{instance} (process {result.ProcessId})."));
        }
        else
        {
            await Console.Error.WriteLineAsync($"daemonrpc: {PlainText.Of(result.Problem)}");
        }
    }

    private sealed record StopResult(DaemonHandle Daemon, int ProcessId, string? Problem, int Code = ExitCode.Done);
}
