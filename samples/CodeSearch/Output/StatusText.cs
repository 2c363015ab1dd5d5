using System.Globalization;
using DaemonRpc;

namespace CodeSearch.Output;

/// <summary>What a daemon is doing, in words.</summary>
internal static class StatusText
{
    /// <summary>Such as <c>Busy 45 %: Indexing 120 of 4,000 (IndexAsync for process 123 since 12:01:02)</c>.</summary>
    public static string Of(DaemonStatus status)
    {
        string progress = status.Progress is { } fraction ? string.Create(CultureInfo.InvariantCulture, $" {fraction * 100:0} %") : "";
        string message = status.Message is { Length: > 0 } text ? $": {text}" : "";
        string task = status.Task is { } running ? $" ({Of(running)})" : "";
        return $"{status.State}{progress}{message}{task}";
    }

    /// <summary>Why a call was refused, and what to do about it.</summary>
    public static string Of(DaemonBusyException busy, string path)
    {
        string task = busy.Task is { } running ? Of(running) : "it is about to stop";
        string message = busy.Status.Message is { Length: > 0 } text ? $", now '{text}'" : "";
        return $"The daemon is busy: {task}{message}. Wait for it with --wait, or end it with 'codesearch cancel {path}'.";
    }

    /// <summary>Who cancelled a task, and how.</summary>
    public static string Of(DaemonTaskCanceledException cancelled)
    {
        string who = cancelled.CanceledBy == Environment.ProcessId || cancelled.CanceledBy == 0 ? "" : $" by process {cancelled.CanceledBy}";
        return cancelled.Outcome == CancelOutcome.Forced
            ? $"Cancelled{who}, by force; a new daemon has taken over."
            : $"Cancelled{who}. The daemon keeps running.";
    }

    /// <summary>Such as <c>IndexAsync for process 123 since 12:01:02</c>.</summary>
    private static string Of(DaemonTask task) => string.Create(
        CultureInfo.InvariantCulture,
        $"{task.Method} for process {task.ClientProcessId} since {task.StartedAt.ToLocalTime():HH:mm:ss}");
}
