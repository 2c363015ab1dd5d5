using DaemonRpc.Framing;
using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>One attempt at a unary call: every attempt after the first, and the first if it could not be made at once.</summary>
internal sealed class Attempt : PendingCall
{
    private readonly TaskCompletionSource<CallEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<CallEnd> End => _end.Task;

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload) =>
        // No daemon of this build sends items here. If one does, nothing else of it is trusted either.
        _end.TrySetResult(new CallEnd(FrameKind.Item, [], null));

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => _end.TrySetResult(new CallEnd(kind, payload.ToArray(), null, TakeAttachment()));

    public override void OnClosed(SessionEnd end) => _end.TrySetResult(new CallEnd(default, [], end));
}
