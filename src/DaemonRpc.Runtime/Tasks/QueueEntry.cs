namespace DaemonRpc.Tasks;

/// <summary>What became of a call that came to the slot and would wait.</summary>
internal enum QueueEntry
{
    /// <summary>The slot was free; the call runs.</summary>
    Admitted,

    /// <summary>It waits, and has been told so.</summary>
    Queued,

    /// <summary>The daemon leaves: nobody waits any more.</summary>
    Draining,

    /// <summary>A stream of the same connection runs.</summary>
    OwnStream,

    /// <summary>There is no more room in the queue.</summary>
    Full,
}
