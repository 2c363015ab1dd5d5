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

    /// <summary>Begins the result, replacing what was begun before.</summary>
    public IBufferWriter<byte> BeginResult()
    {
        _result ??= FrameBuffer.Rent();
        _result.Truncate(0);
        return _result;
    }

    /// <summary>Says that the result is complete.</summary>
    /// <exception cref="DaemonProtocolException">It is larger than a frame may be.</exception>
    public void EndResult() => Check("result", _result?.PayloadLength ?? 0);

    /// <summary>Sends one item, waiting until the client wants it.</summary>
    /// <exception cref="DaemonProtocolException">It is larger than a frame may be.</exception>
    /// <exception cref="OperationCanceledException">The task was cancelled.</exception>
    public async ValueTask SendItemAsync(FrameBuffer item)
    {
        int length = item.PayloadLength;
        Check("item", length);
        ItemCredit credit = task.Credit ?? throw new DaemonProtocolException($"{task.Description.Method} was called as a method that returns no stream.");
        await credit.WaitAsync(task.Token).ConfigureAwait(false);
        credit.Spend(length + FrameHeader.Size);
        task.Owner.Send(FrameKind.Item, task.CallId, item);
    }

    /// <summary>The result's frame, for whoever settled the task.</summary>
    public FrameBuffer TakeResult() => Interlocked.Exchange(ref _result, null) ?? FrameBuffer.Rent();

    private void Check(string what, int length)
    {
        int maxFrameBytes = task.Runner?.MaxFrameBytes ?? FrameLimits.Default;
        if (length > maxFrameBytes)
        {
            throw new DaemonProtocolException($"The {what} of {task.Description.Method} has {length} bytes; a frame may have {maxFrameBytes} (DaemonOptions.MaxFrameBytes). Return less at a time, for instance as a stream.");
        }
    }
}
