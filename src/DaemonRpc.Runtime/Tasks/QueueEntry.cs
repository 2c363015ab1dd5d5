namespace DaemonRpc.Tasks;

/// <summary>What happened to a call that was ready to wait for the slot.</summary>
internal enum QueueEntry
{
    /// <summary>The slot was free, and the call runs.</summary>
    Admitted,

    /// <summary>The call waits in the queue, and its client has been told so.</summary>
    Queued,

    /// <summary>The daemon is leaving, so no call may wait.</summary>
    Draining,

    /// <summary>The call would wait for a stream of its own connection.</summary>
    OwnStream,

    /// <summary>The queue has no room.</summary>
    Full,
}
