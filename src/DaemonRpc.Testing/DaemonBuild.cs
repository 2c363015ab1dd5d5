namespace DaemonRpc.Testing;

/// <summary>Which build a daemon of a <see cref="TestDaemon"/> is, compared with its clients.</summary>
public enum DaemonBuild
{
    /// <summary>The build of the clients.</summary>
    Same,

    /// <summary>A build that is one hour older: clients have the daemon replaced, as their policy says.</summary>
    Older,

    /// <summary>A build that is one hour newer: calls fail with <see cref="DaemonVersionException"/>, unless their client's policy is another.</summary>
    Newer,
}
