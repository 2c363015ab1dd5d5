namespace DaemonRpc.Framing;

/// <summary>What a frame carries. The values are on the wire: append, never renumber.</summary>
internal enum FrameKind : byte
{
    /// <summary>Client to daemon, first on the wire: who I am, which daemon I want, which build I am.</summary>
    Hello = 1,

    /// <summary>Daemon to client, first on the wire: who I am and which build. Or instead a <see cref="Goodbye"/>.</summary>
    Welcome = 2,

    /// <summary>Client to daemon: start a call. Exactly one of Result, Error, Canceled and Refusal follows; before it maybe Queued, then Started; for a stream, any number of Item.</summary>
    Request = 3,

    /// <summary>Daemon to client: the call returned, or the stream ended.</summary>
    Result = 4,

    /// <summary>Daemon to client: the call threw.</summary>
    Error = 5,

    /// <summary>Daemon to client: the call was cancelled, how, and by whom.</summary>
    Canceled = 6,

    /// <summary>Daemon to client: the call was not started, and why.</summary>
    Refusal = 7,

    /// <summary>Daemon to client: items of a stream, one after another, each with its length before it.</summary>
    Item = 8,

    /// <summary>Client to daemon: so many more bytes of items may be sent.</summary>
    Credit = 9,

    /// <summary>Client to daemon: please end the call, or the watch, of this id. A call is still answered.</summary>
    Cancel = 10,

    /// <summary>Client to daemon: tell your status, once or until cancelled.</summary>
    StatusQuery = 11,

    /// <summary>Daemon to client: a status.</summary>
    Status = 12,

    /// <summary>Client to daemon: cancel the running task, whoever's it is.</summary>
    CancelTask = 13,

    /// <summary>Daemon to client: what became of the task; sent when it is true.</summary>
    CancelReply = 14,

    /// <summary>Client to daemon: stop, when the running task has ended or at once.</summary>
    Stop = 15,

    /// <summary>Daemon to client: I stop. The end of the connection says that I have.</summary>
    StopReply = 16,

    /// <summary>
    /// Daemon to client: this connection ends, and why. No request that was not admitted before will run. Answers of
    /// admitted ones still follow.
    /// </summary>
    Goodbye = 17,

    /// <summary>Client to daemon: what became of this task, which a daemon before you was ended with?</summary>
    OutcomeQuery = 18,

    /// <summary>Daemon to client: that, or nothing when it is not known here. Also how a daemon tells its successor, over a private channel.</summary>
    OutcomeReply = 19,

    /// <summary>Daemon to client: the call waits in the queue. It has not started, and will not before <see cref="Started"/>.</summary>
    Queued = 20,

    /// <summary>
    /// Daemon to client: the call that waited in the queue has its turn. Sent before it begins to run; and before the first call of a
    /// connection begins whose welcome said that the handler was being made.
    /// </summary>
    Started = 21,

    /// <summary>Client to the process it starts, over a private channel: which daemon to be.</summary>
    Launch = 32,

    /// <summary>The started process to its client, over the private channel, once: it serves, or why it does not.</summary>
    Readiness = 33,
}
