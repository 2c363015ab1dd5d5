using DaemonRpc.Framing;
using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>An attempt at a call with one answer: each but the first, and the first if it could not be made at once.</summary>
internal sealed class Attempt : PendingCall
{
    private readonly TaskCompletionSource<CallEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<CallEnd> End => _end.Task;

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload) =>
        // A daemon of this very build never sends it; one that does is not believed in anything else.
        _end.TrySetResult(new CallEnd(FrameKind.Item, [], null));

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => _end.TrySetResult(new CallEnd(kind, payload.ToArray(), null, TakeAttachment()));

    public override void OnClosed(SessionEnd end) => _end.TrySetResult(new CallEnd(default, [], end));
}
