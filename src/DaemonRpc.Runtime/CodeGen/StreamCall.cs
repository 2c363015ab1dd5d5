using System.Threading.Channels;
using DaemonRpc.Framing;
using DaemonRpc.Session;

namespace DaemonRpc.CodeGen;

/// <summary>A call whose answer is a stream: items, as the credit allows, then an end.</summary>
internal sealed class StreamCall : PendingCall
{
    private readonly TaskCompletionSource<CallEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Bounded by the credit that the client gives.
    private readonly Channel<byte[]> _items = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    public ChannelReader<byte[]> Items => _items.Reader;

    public Task<CallEnd> End => _end.Task;

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload) => _items.Writer.TryWrite(payload.ToArray());

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => Complete(new CallEnd(kind, payload.ToArray(), null));

    public override void OnClosed(SessionEnd end) => Complete(new CallEnd(default, [], end));

    private void Complete(CallEnd end)
    {
        // The end first: whoever has taken the last item finds it.
        _ = _end.TrySetResult(end);
        _ = _items.Writer.TryComplete();
    }
}
