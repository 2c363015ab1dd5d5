using System.CommandLine;
using System.Globalization;
using DaemonRpc.Tool.Daemons;
using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Commands;

/// <summary><c>daemonrpc cancel</c>: cancels the running task, whoever called it.</summary>
internal static class CancelCommand
{
    private static readonly Argument<string> s_id = SharedOptions.Id();
    private static readonly Option<string?> s_instance = SharedOptions.Instance();
    private static readonly Option<bool> s_json = SharedOptions.Json();

    private static readonly Option<DaemonTaskId?> s_task = new("--task")
    {
        Description = "The task, as 'daemonrpc status' shows it; the running one by default. Has no effect on any other.",
        HelpName = "task",
        CustomParser = static result =>
        {
            if (TaskIdText.TryParse(result.Tokens[0].Value, out DaemonTaskId task))
            {
                return task;
            }

            result.AddError($"'{result.Tokens[0].Value}' is no task's id, such as 5f3c09d1a2b4c6e8-17.");
            return null;
        },
    };

    public static Command Create()
    {
        Command command = new("cancel", "Cancels a daemon's task, and waits for its end: first by its token, then by force. Exit code 1 when none runs.")
        {
            s_id, s_instance, s_task, s_json,
        };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        DaemonQuery query = arguments.Query(arguments.GetValue(s_id), arguments.GetValue(s_instance));
        int exitCode = ExitCode.Nothing;
        using JsonOutput? json = arguments.GetValue(s_json) ? JsonOutput.Begin() : null;
        json?.Writer.WriteStartArray("daemons");
        foreach (DaemonReport report in await query.OneAsync(includeEnded: false, cancellationToken))
        {
            if (report.Status is not { } status)
            {
                throw new DaemonUnresponsiveException($"{report.Problem} 'daemonrpc stop {query.Id} --force' ends it together with its task.");
            }

            DaemonTaskId? task = arguments.GetValue(s_task);
            CancelOutcome outcome = await (task is { } one ? report.Daemon.CancelAsync(one, cancellationToken) : report.Daemon.CancelAsync(cancellationToken));
            exitCode = outcome == CancelOutcome.NothingRunning ? exitCode : ExitCode.Done;
            if (json is not null)
            {
                json.Writer.WriteStartObject();
                DaemonJson.WriteName(json.Writer, report.Daemon);
                json.Writer.WriteString("outcome", NameOf(outcome));
                json.Writer.WriteEndObject();
            }
            else
            {
                StandardOutput.WriteLine(Sentence(outcome, task is null ? status.Task : null, report.Daemon));
            }
        }

        json?.Writer.WriteEndArray();
        json?.End();
        return exitCode;
    }

    private static string Sentence(CancelOutcome outcome, DaemonTask? task, DaemonHandle daemon)
    {
        string what = PlainText.Of(task?.Method ?? "The task");
        return outcome switch
        {
            CancelOutcome.NothingRunning => $"Nothing was cancelled: no such task runs in '{PlainText.Of(daemon.Id)}' (process {daemon.ProcessId}).",
            CancelOutcome.NeverStarted => $"{what} was cancelled before it started.",
            CancelOutcome.Stopped => $"{what} was cancelled and has stopped.",
            CancelOutcome.Completed => $"{what} had ended before it noticed the cancellation; its caller has the result.",
            CancelOutcome.Forced => $"{what} did not stop when it was cancelled. Everything in its process was ended by force; a new daemon takes over.",
            CancelOutcome.Abandoned => $"{what} did not stop when it was cancelled, and cannot be ended by force.",
            _ => string.Create(CultureInfo.InvariantCulture, $"{what} was cancelled (outcome {(int)outcome})."),
        };
    }

    private static string NameOf(CancelOutcome outcome) => outcome switch
    {
        CancelOutcome.NothingRunning => "nothingRunning",
        CancelOutcome.NeverStarted => "neverStarted",
        CancelOutcome.Stopped => "stopped",
        CancelOutcome.Completed => "completed",
        CancelOutcome.Forced => "forced",
        CancelOutcome.Abandoned => "abandoned",
        _ => ((int)outcome).ToString(CultureInfo.InvariantCulture),
    };
}
