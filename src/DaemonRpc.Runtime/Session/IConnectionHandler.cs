using DaemonRpc.Protocol;

namespace DaemonRpc.Session;

/// <summary>What a daemon does with what its clients say. Called on the reader thread of the connection.</summary>
/// <remarks>Bytes are valid during the call only. Nothing here may wait for user code, or the client's cancel is not heard.</remarks>
internal interface IConnectionHandler
{
    /// <summary>Lets the client in, or says why not.</summary>
    Goodbye? OnHello(ServerSession session, Hello hello, out Welcome welcome);

    /// <summary>A call is to be started. It must be answered.</summary>
    /// <returns>What the reader is to do with the arguments, once it has let go of its locks; or null.</returns>
    IReaderWork? OnRequest(ServerSession session, uint callId, in RequestHeader request, ReadOnlyMemory<byte> arguments);

    /// <summary>A call, or a watch, is to be ended. It may have ended already.</summary>
    void OnCancel(ServerSession session, uint callId);

    /// <summary>So many more bytes of items may be sent.</summary>
    void OnCredit(ServerSession session, uint callId, int bytes);

    /// <summary>Tell the status, once or from now on.</summary>
    void OnStatusQuery(ServerSession session, uint callId, StatusQuery query);

    /// <summary>Cancel the running task, whoever's it is.</summary>
    void OnCancelTask(ServerSession session, uint callId, CancelTask request);

    /// <summary>Tell what became of a task that a daemon before this one was ended with.</summary>
    void OnOutcomeQuery(ServerSession session, uint callId, TaskOutcome wanted);

    /// <summary>Stop.</summary>
    void OnStop(ServerSession session, uint callId, bool force);

    /// <summary>The connection has ended. Called once, also for one that <see cref="OnHello"/> refused.</summary>
    void OnClosed(ServerSession session);
}
