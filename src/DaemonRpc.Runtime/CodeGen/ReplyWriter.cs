using System.Buffers;
using System.ComponentModel;
using DaemonRpc.Serialization;
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
        ItemBatch batch = _reply.BeginItems();
        try
        {
            IAsyncEnumerator<T> enumerator = items.GetAsyncEnumerator(cancellationToken);
            await using (enumerator.ConfigureAwait(false))
            {
                while (await MoveNextAsync().ConfigureAwait(false))
                {
                    await batch.WaitAsync(cancellationToken).ConfigureAwait(false);
                    Add(batch, enumerator.Current);
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }

            ValueTask<bool> MoveNextAsync()
            {
                ValueTask<bool> next = enumerator.MoveNextAsync();
                if (!next.IsCompleted)
                {
                    // What it waits for may take any time.
                    batch.Flush();
                }

                return next;
            }
        }
        finally
        {
            batch.Flush();
        }

        Result();
    }

    private static void Add<T>(ItemBatch batch, T item)
    {
        IBufferWriter<byte> output = batch.Begin();
        try
        {
            Value.Write(output, item, "item");
        }
        catch
        {
            batch.Undo();
            throw;
        }

        batch.End();
    }
}
