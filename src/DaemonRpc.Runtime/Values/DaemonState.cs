namespace DaemonRpc;

/// <summary>What a daemon is doing. The numeric values are part of the protocol.</summary>
public enum DaemonState
{
    /// <summary>The daemon answers, but its handler is still being created. Calls wait; they are not refused.</summary>
    Starting = 0,

    /// <summary>No task runs. The next call is admitted at once.</summary>
    Ready = 1,

    /// <summary>
    /// A task runs. Other calls fail with <see cref="DaemonBusyException"/>, or wait if <see cref="DaemonClientOptions.BusyTimeout"/> allows it.
    /// </summary>
    Busy = 2,

    /// <summary>The last task failed. The daemon still accepts calls; the next task clears this state.</summary>
    Error = 3,

    /// <summary>The daemon accepts no more calls and ends when the running task has ended.</summary>
    Stopping = 4,
}
