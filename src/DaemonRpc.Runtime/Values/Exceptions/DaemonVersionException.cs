namespace DaemonRpc;

/// <summary>The running daemon is of another build, and the version policy does not let this client replace it.</summary>
public sealed class DaemonVersionException : DaemonException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonVersionException(string message, DateTimeOffset clientBuildTimestamp, DateTimeOffset daemonBuildTimestamp)
        : base(message)
    {
        ClientBuildTimestamp = clientBuildTimestamp;
        DaemonBuildTimestamp = daemonBuildTimestamp;
    }

    /// <summary>When this client was built, in UTC; the default value when its build supplied no time.</summary>
    public DateTimeOffset ClientBuildTimestamp { get; }

    /// <summary>When the daemon was built, in UTC; the default value when its build supplied no time.</summary>
    public DateTimeOffset DaemonBuildTimestamp { get; }
}
