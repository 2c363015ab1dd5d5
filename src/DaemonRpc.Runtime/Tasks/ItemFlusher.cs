using DaemonRpc.Platform;

namespace DaemonRpc.Tasks;

/// <summary>A thread that sends the items which wait for others that do not come. Lives only while a stream yields quickly.</summary>
/// <remarks>One task runs at a time, so there is one batch to look at.</remarks>
internal sealed class ItemFlusher
{
    private const int MostIdleLooks = 50;

    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(1);

    private readonly object _gate = new();
    private ItemBatch? _batch;
    private bool _runs;

    /// <summary>An item was left in a batch that had none. False when nobody looks after it, as the system gives no thread: it is to be sent at once.</summary>
    public bool TryWatch(ItemBatch batch)
    {
        lock (_gate)
        {
            _batch = batch;
            return _runs = _runs || OwnThread.TryStart("DaemonRpc items", Run, OwnThread.SmallStack);
        }
    }

    private void Run()
    {
        (ItemBatch? Batch, long Sent) last = default;
        int idle = 0;
        while (Next(idle) is { } batch)
        {
            long sent = batch.Sent;
            bool isSame = batch == last.Batch && sent == last.Sent;
            if (isSame)
            {
                batch.TryFlush(sent);
            }

            last = (batch, sent);
            idle = isSame && !batch.HasItems ? idle + 1 : 0;
        }
    }

    private ItemBatch? Next(int idle)
    {
        lock (_gate)
        {
            _ = Monitor.Wait(_gate, s_lookEvery);

            // Whoever leaves an item comes here afterwards: it is seen now, or finds that nobody runs.
            if (idle >= MostIdleLooks && _batch is { HasItems: false })
            {
                _batch = null;
                _runs = false;
            }

            return _batch;
        }
    }
}
