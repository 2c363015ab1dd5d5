namespace DaemonRpc.Framing;

/// <summary>What a frame carries. The values are part of the protocol: append, never renumber.</summary>
internal enum FrameKind : byte
{
    /// <summary>Client to daemon, the first frame: names the client, the wanted daemon and the client's build.</summary>
    Hello = 1,

    /// <summary>Daemon to client, the first frame: names the daemon and its build. A <see cref="Goodbye"/> may come instead.</summary>
    Welcome = 2,

    /// <summary>
    /// Client to daemon: starts a call. Exactly one of Result, Error, Canceled and Refusal follows. Before it may come
    /// Queued, then Started, and any number of Progress, of Log and, for a stream, of Item.
    /// </summary>
    Request = 3,

    /// <summary>Daemon to client: the call returned, or the stream ended.</summary>
    Result = 4,

    /// <summary>Daemon to client: the call threw.</summary>
    Error = 5,

    /// <summary>Daemon to client: the call was cancelled, how, and by whom.</summary>
    Canceled = 6,

    /// <summary>Daemon to client: the call was not started, with the reason.</summary>
    Refusal = 7,

    /// <summary>Daemon to client: one or more items of a stream, each preceded by its length.</summary>
    Item = 8,

    /// <summary>Client to daemon: allows this many more bytes of items, progress reports and log messages.</summary>
    Credit = 9,

    /// <summary>Client to daemon: ends the call, or the watch, with this id. A call is still answered.</summary>
    Cancel = 10,

    /// <summary>Client to daemon: asks for the status, once or until cancelled.</summary>
    StatusQuery = 11,

    /// <summary>Daemon to client: a status.</summary>
    Status = 12,

    /// <summary>Client to daemon: cancels the running task, whichever client owns it.</summary>
    CancelTask = 13,

    /// <summary>Daemon to client: what became of the cancelled task. Sent once the task has ended.</summary>
    CancelReply = 14,

    /// <summary>Client to daemon: stops the daemon, after the running task or at once.</summary>
    Stop = 15,

    /// <summary>Daemon to client: the daemon is stopping. It has stopped when the connection ends.</summary>
    StopReply = 16,

    /// <summary>
    /// Daemon to client: this connection ends, with the reason. Requests that were not admitted before will not run; answers to admitted ones still follow.
    /// </summary>
    Goodbye = 17,

    /// <summary>Client to daemon: asks what became of a task that ended together with a previous daemon.</summary>
    OutcomeQuery = 18,

    /// <summary>Daemon to client: the outcome of the task that was asked for, or empty if unknown. A daemon also sends outcomes to its successor, over a private channel.</summary>
    OutcomeReply = 19,

    /// <summary>Daemon to client: the call waits in the queue. It will not start before <see cref="Started"/>.</summary>
    Queued = 20,

    /// <summary>
    /// Daemon to client: the queued call starts next. Also sent before the first call of a connection whose welcome
    /// said that the handler was still being created.
    /// </summary>
    Started = 21,

    /// <summary>Daemon to client: one or more progress reports of a call, each preceded by its length.</summary>
    Progress = 22,

    /// <summary>Daemon to client: the handler asks the caller for the items of an argument, or calls its method. An ask has a number of its own within the call.</summary>
    Ask = 23,

    /// <summary>Daemon to client: allows this many more bytes of the items that an <see cref="Ask"/> wants.</summary>
    Demand = 24,

    /// <summary>Daemon to client: the handler no longer waits for the answer of an <see cref="Ask"/>.</summary>
    Withdraw = 25,

    /// <summary>Client to daemon: one or more items for an <see cref="Ask"/>, each preceded by its length.</summary>
    AskedItems = 26,

    /// <summary>Client to daemon: the end of an <see cref="Ask"/>, with the method's result, or with the reason if it failed.</summary>
    Answer = 27,

    /// <summary>Daemon to client: one or more messages that the call's task has logged, each preceded by its length. Only to clients whose hello asks for them.</summary>
    Log = 28,

    /// <summary>
    /// Daemon to client: the stream of bytes that the method returned. Its descriptor comes with the frame. The call goes on until the daemon has copied the
    /// stream, if it copies.
    /// </summary>
    Opened = 29,

    /// <summary>Client to the process it starts, over a private channel: which daemon to be.</summary>
    Launch = 32,

    /// <summary>Started process to its client, over the private channel, once: the daemon serves, or why it does not.</summary>
    Readiness = 33,
}
