namespace DaemonRpc;

/// <summary>Where the daemon came from that a client talks to.</summary>
public enum DaemonOrigin
{
    /// <summary>It was running already.</summary>
    Reused,

    /// <summary>None was running, so this client started it.</summary>
    Started,

    /// <summary>One of another build was running; this client had it replaced.</summary>
    Replaced,

    /// <summary>It lives in this process, made by <c>ConnectInProcess</c>.</summary>
    InProcess,
}
