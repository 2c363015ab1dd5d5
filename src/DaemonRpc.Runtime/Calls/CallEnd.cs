using DaemonRpc.Framing;
using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>How one attempt at a call ended: with an answer, or with the end of the connection.</summary>
/// <param name="Kind">The kind of answer; meaningless when the connection ended.</param>
/// <param name="Payload">The answer's payload.</param>
/// <param name="Closed">Why the connection ended, or null.</param>
/// <param name="Attachment">The answer's attachment, or null.</param>
internal readonly record struct CallEnd(FrameKind Kind, byte[] Payload, SessionEnd? Closed, byte[]? Attachment = null)
{
    public bool IsResult => Kind == FrameKind.Result && Closed is null;
}

/// <summary>An attempt that has ended.</summary>
/// <param name="Session">The session of the attempt.</param>
/// <param name="Call">The call that received the end.</param>
/// <param name="End">The end.</param>
internal readonly record struct EndedAttempt(ClientSession Session, PendingCall Call, CallEnd End);
