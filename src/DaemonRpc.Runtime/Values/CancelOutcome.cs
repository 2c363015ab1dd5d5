namespace DaemonRpc;

/// <summary>What became of a task that somebody asked to cancel. The numeric values are part of the protocol.</summary>
public enum CancelOutcome
{
    /// <summary>No task ran, or the named task had already ended.</summary>
    NothingRunning = 0,

    /// <summary>The call was withdrawn before the daemon started it.</summary>
    NeverStarted = 1,

    /// <summary>The handler ended because its token was cancelled.</summary>
    Stopped = 2,

    /// <summary>
    /// The task ended by itself. Its caller receives the result or the exception, unless it cancelled the call while what the handler had written
    /// to the caller's streams was still being copied.
    /// </summary>
    Completed = 3,

    /// <summary>
    /// The handler did not end within <see cref="DaemonOptions.CancelGrace"/>. Everything in the daemon's process was ended, and a new daemon takes over.
    /// </summary>
    Forced = 4,

    /// <summary>
    /// The handler of an in-process daemon did not end within <see cref="DaemonOptions.CancelGrace"/>. The handler
    /// cannot be ended by force and may still run, unobserved.
    /// </summary>
    Abandoned = 5,
}
