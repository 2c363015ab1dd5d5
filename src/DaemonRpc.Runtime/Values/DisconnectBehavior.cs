namespace DaemonRpc;

/// <summary>What a daemon does with a running task when the client whose call it is has gone.</summary>
public enum DisconnectBehavior
{
    /// <summary>The task is cancelled, through the same two steps as by request.</summary>
    CancelTask = 0,

    /// <summary>The task runs to its end; its result is dropped.</summary>
    ContinueTask = 1,
}
