using DaemonRpc;

namespace CodeSearch.Output;

/// <summary>What a waiting user wants to know.</summary>
internal static class ProgressText
{
    /// <summary>The message of our own task, or what we are waiting for.</summary>
    public static string Of(DaemonStatus status) => status.Task switch
    {
        { } task when task.ClientProcessId != Environment.ProcessId => $"Waiting for process {task.ClientProcessId}: {status.Message ?? task.Method}",
        _ => status.Message ?? (status.State == DaemonState.Busy ? "The daemon is busy" : $"The daemon is {status.State}"),
    };
}
