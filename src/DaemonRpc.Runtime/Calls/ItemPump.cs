using DaemonRpc.Serialization;
using DaemonRpc.Tasks;

namespace DaemonRpc.Calls;

/// <summary>Sends the items of a user's stream as they come, as fast as the other end takes them.</summary>
/// <param name="items">The user's stream.</param>
/// <param name="batch">Sends the items.</param>
internal sealed class ItemPump<T>(IAsyncEnumerable<T> items, ItemBatch batch)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _waits;
    private bool _ends;

    /// <summary>Sends all items, and ends the enumeration.</summary>
    /// <param name="beginsCanceled">
    /// Whether the enumeration begins even if the token is cancelled already. A handler's does: a task that was admitted runs, and its code learns that it is cancelled.
    /// </param>
    /// <param name="cancellationToken">Ends the enumeration before its next item.</param>
    /// <exception cref="DaemonProtocolException">An item cannot be serialised or exceeds the frame size limit.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task RunAsync(bool beginsCanceled, CancellationToken cancellationToken)
    {
        try
        {
            if (!beginsCanceled)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            IAsyncEnumerator<T> enumerator = items.GetAsyncEnumerator(cancellationToken);
            await using (enumerator.ConfigureAwait(false))
            {
                while (true)
                {
                    ValueTask<bool> next = enumerator.MoveNextAsync();
                    if (!next.IsCompleted)
                    {
                        // The next item may take any amount of time: send what is buffered now.
                        batch.Flush();
                        SetWaits(true);
                    }

                    bool hasNext = await next.ConfigureAwait(false);
                    if (_waits)
                    {
                        SetWaits(false);
                    }

                    if (!hasNext)
                    {
                        return;
                    }

                    do
                    {
                        await batch.WaitAsync(cancellationToken).ConfigureAwait(false);
                    }
                    while (!TryAdd(enumerator.Current));

                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            batch.Flush();
            _ = _end.TrySetResult();
        }
    }

    /// <summary>Waits, once the token is cancelled, until the enumeration has ended, or until the user's stream makes it wait for an item, which may never come.</summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            _ends = true;
            if (_waits)
            {
                _ = _end.TrySetResult();
            }
        }

        return _end.Task;
    }

    private void SetWaits(bool waits)
    {
        lock (_gate)
        {
            _waits = waits;
            if (_waits && _ends)
            {
                _ = _end.TrySetResult();
            }
        }
    }

    private bool TryAdd(T item)
    {
        if (batch.TryBegin() is not { } output)
        {
            return false;
        }

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
        return true;
    }
}
