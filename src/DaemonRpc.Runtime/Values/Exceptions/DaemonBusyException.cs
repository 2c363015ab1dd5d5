namespace DaemonRpc;

/// <summary>
/// The daemon is busy with another task, or shutting down, and the call did not want to wait, has waited for
/// <see cref="DaemonClientOptions.BusyTimeout"/>, or could not enter the queue. The call was not started.
/// </summary>
public sealed class DaemonBusyException : DaemonException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonBusyException(string message, DaemonStatus status)
        : base(message) => Status = status;

    /// <summary>The running task, or null when the daemon was busy shutting down.</summary>
    public DaemonTask? Task => Status.Task;

    /// <summary>The daemon's status when it refused the call.</summary>
    public DaemonStatus Status { get; }
}
