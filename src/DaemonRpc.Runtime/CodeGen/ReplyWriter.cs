using System.ComponentModel;
using DaemonRpc.Framing;
using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>Takes what a contract's method returned. Used by generated dispatchers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ReplyWriter
{
    private readonly TaskReply _reply;

    internal ReplyWriter(TaskReply reply) => _reply = reply;

    /// <summary>The method returned nothing.</summary>
    public void Result()
    {
        _ = _reply.BeginResult();
        _reply.EndResult();
    }

    /// <summary>The method returned a value.</summary>
    /// <exception cref="DaemonProtocolException">It cannot be serialised, or is larger than a frame may be.</exception>
    public void Result<T>(T value)
    {
        Value.Write(_reply.BeginResult(), value, "result");
        _reply.EndResult();
    }

    /// <summary>The method returned a stream: sends its items as they come, as fast as the client takes them.</summary>
    /// <exception cref="DaemonProtocolException">An item cannot be serialised, or is larger than a frame may be.</exception>
    public async ValueTask StreamAsync<T>(IAsyncEnumerable<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        CancellationToken cancellationToken = _reply.Token;
        await foreach (T item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            FrameBuffer frame = FrameBuffer.Rent();
            Value.Write(frame, item, "item");
            await _reply.SendItemAsync(frame).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        Result();
    }
}
