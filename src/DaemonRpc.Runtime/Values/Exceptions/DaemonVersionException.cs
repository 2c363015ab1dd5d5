namespace DaemonRpc;

/// <summary>The running daemon is of another build, and by the version policy this client may not replace it.</summary>
public sealed class DaemonVersionException : DaemonException
{
    /// <summary>A refusal because of the build, as tests may want to make one.</summary>
    public DaemonVersionException(string message, DateTimeOffset clientBuildTimestamp, DateTimeOffset daemonBuildTimestamp)
        : base(message)
    {
        ClientBuildTimestamp = clientBuildTimestamp;
        DaemonBuildTimestamp = daemonBuildTimestamp;
    }

    /// <summary>When this client was built, in UTC; the default when its build supplied no time.</summary>
    public DateTimeOffset ClientBuildTimestamp { get; }

    /// <summary>When the daemon was built, in UTC; the default when its build supplied no time.</summary>
    public DateTimeOffset DaemonBuildTimestamp { get; }
}
