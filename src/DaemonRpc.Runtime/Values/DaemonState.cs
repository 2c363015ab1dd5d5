namespace DaemonRpc;

/// <summary>What a daemon is doing. The values are on the wire.</summary>
public enum DaemonState
{
    /// <summary>The daemon answers, but its handler is still being made. Calls wait; they are not refused.</summary>
    Starting = 0,

    /// <summary>No task runs. The next call is admitted at once.</summary>
    Ready = 1,

    /// <summary>One task runs. Other calls are refused with <see cref="DaemonBusyException"/>, or wait if they asked to.</summary>
    Busy = 2,

    /// <summary>The last task failed. The daemon still accepts calls; the next task ends this state.</summary>
    Error = 3,

    /// <summary>The daemon accepts no more calls and leaves when the running task has ended.</summary>
    Stopping = 4,
}
