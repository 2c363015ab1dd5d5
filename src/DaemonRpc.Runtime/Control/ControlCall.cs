using DaemonRpc.Framing;
using DaemonRpc.Session;

namespace DaemonRpc.Control;

/// <summary>A question to a daemon that has one answer.</summary>
internal sealed class ControlCall : PendingCall
{
    private readonly TaskCompletionSource<byte[]?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer, or null when the connection ended instead; why is the session's to tell.</summary>
    public Task<byte[]?> Answer => _answer.Task;

    /// <summary>Asks. Null when the connection ended instead of an answer, or before it was asked.</summary>
    public static async Task<byte[]?> AskAsync(ClientSession session, FrameKind kind, FrameBuffer frame, CancellationToken cancellationToken)
    {
        var call = new ControlCall();
        if (!session.TryStart(call, kind, frame))
        {
            return null;
        }

        try
        {
            return await call.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A status may be followed by others, as far as the session knows.
            _ = session.Forget(call);
        }
    }

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload) => _answer.TrySetResult(payload.ToArray());

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => _answer.TrySetResult(payload.ToArray());

    public override void OnClosed(SessionEnd end) => _answer.TrySetResult(null);
}
