using DaemonRpc.Framing;
using DaemonRpc.Session;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A call that notes what it is told.</summary>
internal sealed class RecordedCall : PendingCall
{
    private readonly TaskCompletionSource<FrameKind> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SessionEnd> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ends;

    public Task<FrameKind> Answer => _answer.Task;

    public Task<SessionEnd> Closed => _closed.Task;

    public byte[] Payload { get; private set; } = [];

    /// <summary>How often it was told that it is over.</summary>
    public int Ends => Volatile.Read(ref _ends);

    public int Parts { get; private set; }

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload) => Parts++;

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        Payload = payload.ToArray();
        _ = Interlocked.Increment(ref _ends);
        _ = _answer.TrySetResult(kind);
    }

    public override void OnClosed(SessionEnd end)
    {
        _ = Interlocked.Increment(ref _ends);
        _ = _closed.TrySetResult(end);
    }
}
