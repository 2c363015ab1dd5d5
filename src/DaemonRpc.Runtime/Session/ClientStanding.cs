namespace DaemonRpc.Session;

/// <summary>How a client's program relates to the files that the daemon was started from.</summary>
internal enum ClientStanding
{
    /// <summary>Only the builds count: the files say nothing more.</summary>
    ByBuild,

    /// <summary>The client runs the files now at the daemon's path, which have changed since the daemon was started; or the daemon's program was deleted, and the client runs another build.</summary>
    Current,

    /// <summary>The client is another program and would start the very files that the daemon was started from; a new daemon would be the same.</summary>
    SameFiles,

    /// <summary>The client's own files have changed since it started, so it has no say in which build runs.</summary>
    Outdated,
}
