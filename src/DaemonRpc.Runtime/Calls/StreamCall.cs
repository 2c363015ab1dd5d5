using System.Buffers.Binary;
using System.Threading.Channels;
using DaemonRpc.Framing;
using DaemonRpc.Passing;
using DaemonRpc.Session;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Calls;

/// <summary>A call that gets items, progress reports or log messages, as the credit allows, and then an end.</summary>
/// <param name="isStream">Whether the caller takes items, and progress reports only when it wants the next item.</param>
internal sealed class StreamCall(bool isStream) : PendingCall
{
    private readonly TaskCompletionSource<CallEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Bounded by the credit that the client grants.
    private readonly Channel<Items> _frames = Channel.CreateUnbounded<Items>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    // The bytes of the last item beside its attachment. Never modified.
    private byte[] _besideAttachment = [];

    /// <summary>Answers what the daemon asks; null if the caller passed nothing that can be asked.</summary>
    public CallAnswers? Answers { get; set; }

    /// <summary>Gets the stream of bytes that the method returns; null if it returns none.</summary>
    public StreamOpening? Opening { get; set; }

    public ChannelReader<Items> Frames => _frames.Reader;

    public override bool HasParts => _frames.Reader.TryPeek(out _);

    public Task<CallEnd> End => _end.Task;

    public override void OnPart(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        if (kind is FrameKind.Ask or FrameKind.Demand or FrameKind.Withdraw)
        {
            OnAsked(kind, payload);
            return;
        }

        byte[]? attachment = TakeAttachment();

        // Items that consist of a large array have equal bytes otherwise. Sharing them spares small objects between
        // large arrays, which cost the collector far more than their size.
        byte[] bytes = attachment is not null && payload.SequenceEqual(_besideAttachment) ? _besideAttachment : payload.ToArray();
        if (attachment is not null)
        {
            _besideAttachment = bytes;
        }

        _ = _frames.Writer.TryWrite(new Items(kind, bytes, attachment));
    }

    public override void OnOpened(byte traits, SafeFileHandle handle)
    {
        if (Opening is null)
        {
            base.OnOpened(traits, handle);
            return;
        }

        Opening.Keep(handle);
        _ = _frames.Writer.TryWrite(new Items(FrameKind.Opened, [], null) { Start = () => Opening.Open((StreamTraits)traits) });
    }

    public override void OnEnd(FrameKind kind, ReadOnlySpan<byte> payload) => Complete(new CallEnd(kind, payload.ToArray(), null, TakeAttachment()));

    public override void OnClosed(SessionEnd end) => Complete(new CallEnd(default, [], end));

    /// <summary>Ends what the caller's code still does for the call, which has ended.</summary>
    public Task EndAnswersAsync() => Answers?.CloseAsync() ?? Task.CompletedTask;

    /// <summary>Makes the caller's wait for reports and items fail, because a stream that it passed has failed. Keeps those that came before.</summary>
    public void Fail(Exception failure) => _ = _frames.Writer.TryComplete(failure);

    private void OnAsked(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        CallAnswers answers = Answers ?? throw new DaemonProtocolException("The daemon asked something of a call that has passed nothing to ask.");
        if (answers.OnPart(kind, payload, TakeAttachment()) is not { } start)
        {
            return;
        }

        if (isStream)
        {
            // Its consumer may take any time until it wants the next item.
            start();
        }
        else
        {
            _ = _frames.Writer.TryWrite(new Items(kind, [], null) { Start = start });
        }
    }

    private void Complete(CallEnd end)
    {
        // Set the end first: whoever has taken the last item must find it.
        _ = _end.TrySetResult(end);
        _ = _frames.Writer.TryComplete();
    }
}

/// <summary>A frame of items, progress reports or log messages.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Bytes">The items, reports or messages, each preceded by its length.</param>
/// <param name="Attachment">The attachment of the last item, or null.</param>
internal readonly record struct Items(FrameKind Kind, byte[] Bytes, byte[]? Attachment)
{
    /// <summary>In the place of items or reports: begins a callback, or gives the caller its stream, whose turn has come.</summary>
    public Action? Start { get; init; }

    /// <summary>The credit that the frame uses, in bytes.</summary>
    public int Cost => FrameHeader.Size + (Kind == FrameKind.AskedItems ? sizeof(uint) : 0) + Bytes.Length + (Attachment?.Length ?? 0);

    /// <summary>Returns the bytes of an item, report or message, and moves on to the next one.</summary>
    /// <exception cref="DaemonProtocolException">The frame ends within it.</exception>
    public static ReadOnlySpan<byte> Next(byte[] bytes, ref int offset)
    {
        ReadOnlySpan<byte> rest = bytes.AsSpan(offset);
        int length = rest.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (length < 0 || length > rest.Length - sizeof(int))
        {
            throw new DaemonProtocolException($"An item announces {length} bytes; its frame has {rest.Length} left.");
        }

        offset += sizeof(int) + length;
        return rest.Slice(sizeof(int), length);
    }
}
