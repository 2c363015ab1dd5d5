namespace DaemonRpc.TestDaemon;

/// <summary>Takes from the daemon's process what a careless handler might.</summary>
internal static class Load
{
    private const int ManyBlocks = 200;

    /// <summary>Begins; it goes on until the token is cancelled.</summary>
    public static void Begin(string load, CancellationToken cancellationToken)
    {
        switch (load)
        {
            case "pool":
                for (int work = 0; work < ManyBlocks; work++)
                {
                    _ = ThreadPool.UnsafeQueueUserWorkItem(_ => cancellationToken.WaitHandle.WaitOne(), null);
                }

                break;
            case "processors":
                OnAllProcessors(() => Thread.SpinWait(1000), cancellationToken);
                break;
            case "memory":
                OnAllProcessors(() => Allocate(rounds: 100), cancellationToken);
                break;
            default:
                throw new ArgumentException($"Unknown load '{load}'.", nameof(load));
        }
    }

    /// <summary>More work than the pool will ever have threads for.</summary>
    public static void BlockPoolForGood()
    {
        int most = Environment.ProcessorCount * 4;
        _ = ThreadPool.SetMaxThreads(most, most);
        for (int work = 0; work < Math.Max(ManyBlocks, most * 4); work++)
        {
            _ = ThreadPool.UnsafeQueueUserWorkItem(static _ => Thread.Sleep(Timeout.Infinite), null);
        }
    }

    private static void OnAllProcessors(Action work, CancellationToken cancellationToken)
    {
        for (int processor = 0; processor < Environment.ProcessorCount; processor++)
        {
            new Thread(() =>
            {
                while (!cancellationToken.IsCancellationRequested)
                {
                    work();
                }
            })
            { IsBackground = true }.Start();
        }
    }

    /// <summary>Small and large arrays, some of which live through the full collection at the end.</summary>
    private static void Allocate(int rounds)
    {
        byte[][] kept = new byte[16][];
        for (int round = 0; round < rounds; round++)
        {
            for (int size = 64; size < 256 * 1024; size *= 2)
            {
                kept[round % kept.Length] = new byte[size];
            }
        }

        GC.Collect();
        GC.KeepAlive(kept);
    }
}
