using DaemonRpc.Framing;
using DaemonRpc.Protocol;

namespace DaemonRpc.Session;

/// <summary>Handles a client's messages in the daemon. Called on the connection's reader thread.</summary>
/// <remarks>
/// Buffers are valid only during the call. Nothing here may wait for user code, because the client's cancellation could then not be received.
/// </remarks>
internal interface IConnectionHandler
{
    /// <summary>Whether the contract's methods take or return files or streams of bytes.</summary>
    bool PassesDescriptors { get; }

    /// <summary>Admits the client, or returns the reason for refusing it.</summary>
    Goodbye? OnHello(ServerSession session, Hello hello, out Welcome welcome);

    /// <summary>Handles a request to start a call, which must be answered.</summary>
    /// <returns>The work that the reader must do with the arguments after it has released its locks, or null.</returns>
    IReaderWork? OnRequest(ServerSession session, uint callId, in RequestHeader request, ReadOnlyMemory<byte> arguments);

    /// <summary>Cancels a call or ends a watch, which may have ended already.</summary>
    void OnCancel(ServerSession session, uint callId);

    /// <summary>Allows this many more bytes of items.</summary>
    void OnCredit(ServerSession session, uint callId, int bytes);

    /// <summary>Passes on what a client sent for something that a call's handler asked it: items, or the answer.</summary>
    /// <exception cref="DaemonProtocolException">The client sent what nobody asked for, or more than it may.</exception>
    void OnAnswer(ServerSession session, uint callId, FrameKind kind, ReadOnlySpan<byte> payload, byte[]? attachment);

    /// <summary>Sends the status, once or continuously.</summary>
    void OnStatusQuery(ServerSession session, uint callId, StatusQuery query);

    /// <summary>Cancels the running task, whichever client owns it.</summary>
    void OnCancelTask(ServerSession session, uint callId, CancelTask request);

    /// <summary>Answers what became of a task that a previous daemon was ended with.</summary>
    void OnOutcomeQuery(ServerSession session, uint callId, TaskOutcome wanted);

    /// <summary>Stops the daemon.</summary>
    void OnStop(ServerSession session, uint callId, bool force);

    /// <summary>Handles the connection's end. Called once, also for a connection that <see cref="OnHello"/> refused.</summary>
    void OnClosed(ServerSession session);
}
