using DaemonRpc.Framing;

namespace DaemonRpc.Session;

/// <summary>One end of a connection, as seen by whoever produces frames for the other end. Safe from any thread.</summary>
internal interface IFrameSender
{
    /// <summary>Whether so much waits to be sent that nothing more should be produced.</summary>
    bool IsFull { get; }

    /// <inheritdoc cref="SendQueue.TryAwaitRoom"/>
    bool TryAwaitRoom(Action onRoom);

    /// <summary>Sends a message. Takes ownership of the frame. Does nothing when the connection has ended.</summary>
    void Send(FrameKind kind, uint callId, FrameBuffer frame);
}
