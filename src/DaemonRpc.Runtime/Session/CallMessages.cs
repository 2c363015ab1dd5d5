using System.Buffers.Binary;
using DaemonRpc.Framing;

namespace DaemonRpc.Session;

/// <summary>What the client of a call says while the call runs.</summary>
internal static class CallMessages
{
    /// <summary>Asks the daemon to cancel a call. The message never overtakes the call itself.</summary>
    public static void SendCancel(this IFrameSender session, uint callId) => session.Send(FrameKind.Cancel, callId, FrameBuffer.Rent());

    /// <summary>Allows the daemon to send this many more bytes of items.</summary>
    public static void SendCredit(this IFrameSender session, uint callId, int bytes)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        BinaryPrimitives.WriteInt32LittleEndian(frame.GetSpan(sizeof(int)), bytes);
        frame.Advance(sizeof(int));
        session.Send(FrameKind.Credit, callId, frame);
    }
}
