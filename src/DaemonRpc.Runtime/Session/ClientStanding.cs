namespace DaemonRpc.Session;

/// <summary>How a client's program stands to the files that the daemon was started from.</summary>
internal enum ClientStanding
{
    /// <summary>Nothing is known that the builds do not say.</summary>
    ByBuild,

    /// <summary>It runs what is at the daemon's path now, and the daemon does not: its files have changed since it was started.</summary>
    Current,

    /// <summary>It is another program, and would start the very files that the daemon was started from: a new daemon would be the same.</summary>
    SameFiles,

    /// <summary>Its own files have changed since it was started: it has no say in which build is to run.</summary>
    Outdated,
}
