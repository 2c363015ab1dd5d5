using DaemonRpc.Framing;
using DaemonRpc.Session;

namespace DaemonRpc.CodeGen;

/// <summary>How one attempt at a call ended: with an answer, or with the end of the connection.</summary>
/// <param name="Kind">Which answer; meaningless when the connection ended.</param>
/// <param name="Payload">Its bytes.</param>
/// <param name="Closed">Why the connection ended, or null.</param>
internal readonly record struct CallEnd(FrameKind Kind, byte[] Payload, SessionEnd? Closed);

/// <summary>A call that has one answer.</summary>
internal sealed class UnaryCall : PendingCall
{
    private readonly TaskCompletionSource<CallEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<CallEnd> End => _end.Task;

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload) =>
        // A daemon of this very build never sends it; one that does is not believed in anything else.
        _end.TrySetResult(new CallEnd(FrameKind.Item, [], null));

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => _end.TrySetResult(new CallEnd(kind, payload.ToArray(), null));

    public override void OnClosed(SessionEnd end) => _end.TrySetResult(new CallEnd(default, [], end));
}
