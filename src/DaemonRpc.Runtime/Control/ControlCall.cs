using DaemonRpc.Framing;
using DaemonRpc.Session;

namespace DaemonRpc.Control;

/// <summary>A question to a daemon that gets one answer.</summary>
internal sealed class ControlCall : PendingCall
{
    private readonly TaskCompletionSource<byte[]?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the answer, or with null when the connection ended first; the session knows why it ended.</summary>
    public Task<byte[]?> Answer => _answer.Task;

    /// <summary>Asks the daemon. Returns null when the connection ended before the question or before its answer.</summary>
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
            // The session would otherwise expect further parts: a status answer may be followed by others.
            _ = session.Forget(call);
        }
    }

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload) => _answer.TrySetResult(payload.ToArray());

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => _answer.TrySetResult(payload.ToArray());

    public override void OnClosed(SessionEnd end) => _answer.TrySetResult(null);
}
