namespace DaemonRpc;

/// <summary>What became of a task that somebody asked to cancel. The values are on the wire.</summary>
public enum CancelOutcome
{
    /// <summary>No task ran, or not the one that was named.</summary>
    NothingRunning = 0,

    /// <summary>The call was withdrawn before the daemon started it.</summary>
    NeverStarted = 1,

    /// <summary>The handler ended because its token was cancelled.</summary>
    Stopped = 2,

    /// <summary>The task ended by itself, with a result or an exception, which its owner gets.</summary>
    Completed = 3,

    /// <summary>The handler did not end within the grace. All that ran in its process was ended, and a new daemon takes over.</summary>
    Forced = 4,

    /// <summary>As <see cref="Forced"/>, but in process, where nothing can be ended: the task may still run, unobserved.</summary>
    Abandoned = 5,
}
