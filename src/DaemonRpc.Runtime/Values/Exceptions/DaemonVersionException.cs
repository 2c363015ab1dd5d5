namespace DaemonRpc;

/// <summary>The running daemon is of another build, and by the version policy this client may not replace it.</summary>
public sealed class DaemonVersionException : DaemonException
{
    internal DaemonVersionException(string message, long clientBuildTimestamp, long daemonBuildTimestamp)
        : base(message)
    {
        ClientBuildTimestamp = clientBuildTimestamp;
        DaemonBuildTimestamp = daemonBuildTimestamp;
    }

    /// <summary>When this client was built, in UTC ticks.</summary>
    public long ClientBuildTimestamp { get; }

    /// <summary>When the daemon was built, in UTC ticks.</summary>
    public long DaemonBuildTimestamp { get; }
}
