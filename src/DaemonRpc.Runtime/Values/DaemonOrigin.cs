namespace DaemonRpc;

/// <summary>How a client came to use its daemon.</summary>
public enum DaemonOrigin
{
    /// <summary>The daemon was already running.</summary>
    Reused,

    /// <summary>No daemon was running, so this client started one.</summary>
    Started,

    /// <summary>A daemon of another build was running, and this client had it replaced.</summary>
    Replaced,

    /// <summary>The daemon lives in this process, created by <c>ConnectInProcess</c>.</summary>
    InProcess,
}
