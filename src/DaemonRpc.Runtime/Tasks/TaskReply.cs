using System.Buffers;
using DaemonRpc.Framing;

namespace DaemonRpc.Tasks;

/// <summary>What a task sends to its owner: items as they come, and the result when it has settled.</summary>
internal sealed class TaskReply(RunningTask task)
{
    private FrameBuffer? _result;

    /// <summary>Cancelled when somebody cancels the task.</summary>
    public CancellationToken Token => task.Token;

    /// <summary>What the handler likes to have again when this object serves another task.</summary>
    public object? Kept { get; set; }

    /// <summary>The attachment of the request, once, or null.</summary>
    public byte[]? TakeAttachment() => task.TakeAttachment();

    /// <summary>Begins the result, replacing what was begun before.</summary>
    public IBufferWriter<byte> BeginResult()
    {
        _result ??= FrameBuffer.Rent();
        _result.Truncate(0);
        return _result;
    }

    /// <summary>Says that the result is complete.</summary>
    /// <exception cref="DaemonProtocolException">It is larger than a frame may be.</exception>
    public void EndResult()
    {
        int length = _result?.WholeLength ?? 0;
        if (length > MaxFrameBytes)
        {
            throw TooLarge("result", task.Description.Method, length, MaxFrameBytes);
        }

        // The slot is free before it is sent, and the handler's next task may change what this one returned.
        _result?.OwnAttachment();
    }

    /// <summary>Begins a stream.</summary>
    /// <exception cref="DaemonProtocolException">The client has not asked for one.</exception>
    public ItemBatch BeginItems()
    {
        ItemCredit credit = task.Credit ?? throw new DaemonProtocolException($"{task.Description.Method} was called as a method that returns no stream.");
        return new ItemBatch(task.Owner, task.CallId, credit, task.Description.Method, MaxFrameBytes, task.Runner?.Items ?? new ItemFlusher());
    }

    /// <summary>The result's frame, for whoever settled the task.</summary>
    public FrameBuffer TakeResult() => Interlocked.Exchange(ref _result, null) ?? FrameBuffer.Rent();

    /// <summary>What the handler is told of something that it sends and nobody would accept.</summary>
    public static DaemonProtocolException TooLarge(string what, string method, int length, int most) => new(
        $"The {what} of {method} has {length} bytes; a frame may have {most} (DaemonOptions.MaxFrameBytes). Return less at a time, for instance as a stream.");

    private int MaxFrameBytes => task.Runner?.MaxFrameBytes ?? FrameLimits.Default;
}
