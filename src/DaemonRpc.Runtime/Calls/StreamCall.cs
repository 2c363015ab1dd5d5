using System.Threading.Channels;
using DaemonRpc.Framing;
using DaemonRpc.Session;

namespace DaemonRpc.Calls;

/// <summary>A call whose answer is a stream: items, as the credit allows, then an end.</summary>
internal sealed class StreamCall : PendingCall
{
    private readonly TaskCompletionSource<CallEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Bounded by the credit that the client gives.
    private readonly Channel<Items> _frames = Channel.CreateUnbounded<Items>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    // What the last item was made of beside its attachment. Nobody changes it.
    private byte[] _besideAttachment = [];

    public ChannelReader<Items> Frames => _frames.Reader;

    public override bool HasParts => _frames.Reader.TryPeek(out _);

    public Task<CallEnd> End => _end.Task;

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        byte[]? attachment = TakeAttachment();

        // Items that are a large array do not differ in anything else. A small object between large ones costs the collector many times its size.
        byte[] bytes = attachment is not null && payload.SequenceEqual(_besideAttachment) ? _besideAttachment : payload.ToArray();
        if (attachment is not null)
        {
            _besideAttachment = bytes;
        }

        _ = _frames.Writer.TryWrite(new Items(bytes, attachment));
    }

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => Complete(new CallEnd(kind, payload.ToArray(), null));

    public override void OnClosed(SessionEnd end) => Complete(new CallEnd(default, [], end));

    private void Complete(CallEnd end)
    {
        // The end first: whoever has taken the last item finds it.
        _ = _end.TrySetResult(end);
        _ = _frames.Writer.TryComplete();
    }
}

/// <summary>A frame of items.</summary>
/// <param name="Bytes">Each item, after its length.</param>
/// <param name="Attachment">The attachment that the last one may have.</param>
internal readonly record struct Items(byte[] Bytes, byte[]? Attachment)
{
    /// <summary>What it takes of the credit.</summary>
    public int Cost => FrameHeader.Size + Bytes.Length + (Attachment?.Length ?? 0);
}
