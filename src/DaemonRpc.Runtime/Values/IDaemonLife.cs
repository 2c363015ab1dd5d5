namespace DaemonRpc;

/// <summary>Lets code of the daemon's own process end the daemon.</summary>
internal interface IDaemonLife
{
    /// <summary>Whether a client asked the daemon to stop, or to make room for another build.</summary>
    bool IsEndedByClient { get; }

    /// <summary>Begins to stop, unless that has begun: the running task finishes first.</summary>
    /// <param name="reason">The reason as a sentence, for the clients, the log and the journal.</param>
    void Stop(string reason);

    /// <summary>Cancels the running task, and those that have given way, in two steps: by their tokens, then by force.</summary>
    void CancelTasks();
}
