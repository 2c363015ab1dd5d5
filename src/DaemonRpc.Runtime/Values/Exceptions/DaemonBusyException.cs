namespace DaemonRpc;

/// <summary>Another task runs, and this call did not want to wait, or waited long enough. The call was not started.</summary>
public sealed class DaemonBusyException : DaemonException
{
    /// <summary>A refusal because another task runs, as tests may want to make one.</summary>
    public DaemonBusyException(string message, DaemonStatus status)
        : base(message) => Status = status;

    /// <summary>The task that runs, or null when the daemon was busy with its own end.</summary>
    public DaemonTask? Task => Status.Task;

    /// <summary>What the daemon was doing when it refused.</summary>
    public DaemonStatus Status { get; }
}
