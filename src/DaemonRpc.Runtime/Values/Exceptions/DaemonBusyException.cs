namespace DaemonRpc;

/// <summary>The daemon is running another task and the call's <see cref="DaemonClientOptions.BusyTimeout"/> is over. The call was not started.</summary>
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
