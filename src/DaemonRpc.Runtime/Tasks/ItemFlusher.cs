using DaemonRpc.Platform;

namespace DaemonRpc.Tasks;

/// <summary>Sends the items which wait for others that do not come, on a thread that lives only while a stream yields quickly.</summary>
/// <remarks>One task runs at a time, so there is one batch to look at.</remarks>
internal sealed class ItemFlusher
{
    private const int MostIdleLooks = 50;

    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(1);

    private readonly OnDemandThread _thread;

    // Left for the thread, which takes it: a batch that is left again while the thread forgets it is not forgotten.
    private ItemBatch? _left;

    // The thread's own: what it looked at last.
    private ItemBatch? _batch;
    private long _sent;
    private int _idle;

    public ItemFlusher() => _thread = new OnDemandThread("DaemonRpc items", Look);

    /// <summary>An item was left in a batch that had none. False when nobody looks after it, as the system gives no thread: it is to be sent at once.</summary>
    public bool TryWatch(ItemBatch batch)
    {
        Volatile.Write(ref _left, batch);
        return _thread.Demand(s_lookEvery);
    }

    private TimeSpan? Look()
    {
        if ((Interlocked.Exchange(ref _left, null) ?? _batch) is not { } batch)
        {
            // Taken by the look before, while it was being left.
            return null;
        }

        long sent = batch.Sent;
        bool isSame = batch == _batch && sent == _sent;
        if (isSame)
        {
            batch.TryFlush(sent);
        }

        _idle = isSame && !batch.HasItems ? _idle + 1 : 0;
        (_batch, _sent) = _idle < MostIdleLooks ? (batch, sent) : default;
        return _batch is null ? null : s_lookEvery;
    }
}
