namespace DaemonRpc;

/// <summary>What a daemon does with a running task when the task's client disconnects.</summary>
public enum DisconnectBehavior
{
    /// <summary>Cancels the task in the usual two steps: first through its token, then by force.</summary>
    CancelTask = 0,

    /// <summary>Lets the task finish and drops its result.</summary>
    ContinueTask = 1,
}
