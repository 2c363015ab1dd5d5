namespace DaemonRpc.Platform;

/// <summary>Has the thread pool want no worker that the system would not give, in a daemon whose system gives few threads.</summary>
/// <remarks>
/// The pool looks twice a second whether its work gets on, and makes one more worker if not. Where it gets none that ends the process
/// (<see cref="PoolThreads"/>), and nothing tells beforehand: a daemon that had met no limit yet ended with a handler that blocked
/// the pool, or on a machine that was busy. So where a limit is low the pool has a worker for each processor from the start, may have no more, and as
/// often as it would look itself it is seen whether its work gets on, and tried whether there are more: as many again as it has, so that it grows no slower
/// than on its own. The size that a program gives its pool holds instead of ours.
/// </remarks>
internal static class PoolRation
{
    // Who may have a thousand, and is refused one, is on a machine that is about to end much else.
    private const int Few = 1000;

    // At once: enough for a pool that doubles.
    private const int MostTried = 32;

    // All workers of the beginning together may take this part of what the system gives.
    private const int Share = 8;

    private static readonly Lock s_gate = new();
    private static int? s_least;
    private static int s_usualLeast;
    private static int s_most;
    private static long s_completed;

    /// <summary>How many workers the pool is to have from the start, if there are so many processors; null where no limit is low.</summary>
    /// <remarks>Reads files; asked where a daemon starts, and in no client.</remarks>
    public static int? Least => (s_least ??= Ask()) is var least and > 0 ? least : null;

    /// <summary>Whether the pool has what we give it.</summary>
    public static bool IsOn { get; private set; }

    /// <summary>Begins, if a limit is low. For a daemon whose workers that are to stay are there.</summary>
    public static void Begin()
    {
        if (Least is not null)
        {
            lock (s_gate)
            {
                ThreadPool.GetMinThreads(out s_usualLeast, out _);
                IsOn = TrySet(Math.Max(1, ThreadPool.ThreadCount));
            }
        }
    }

    /// <summary>Gives the pool more if it wants some and there are some. Called twice a second, on a thread that is not the pool's.</summary>
    /// <returns>False when it wants some and there are none.</returns>
    public static bool Look()
    {
        lock (s_gate)
        {
            ThreadPool.GetMaxThreads(out int most, out _);
            if (most != s_most)
            {
                IsOn = false;
                return true;
            }

            int has = Math.Max(1, ThreadPool.ThreadCount);
            long completed = ThreadPool.CompletedWorkItemCount;
            bool isStuck = ThreadPool.PendingWorkItemCount > 0 && completed == s_completed;
            s_completed = completed;
            if (!isStuck)
            {
                // Those that have ended for want of work are not to be wanted back at once.
                _ = has >= s_most || TrySet(has);
                return true;
            }

            int more = Try(Math.Min(has, MostTried));
            return more > 0 && TrySet(has + more);
        }
    }

    private static int Ask() => ThreadLimit.Lowest is var lowest and < Few ? (int)Math.Max(2, lowest / Share) : 0;

    private static bool TrySet(int workers)
    {
        ThreadPool.GetMaxThreads(out int most, out int mostPorts);
        ThreadPool.GetMinThreads(out _, out int leastPorts);
        try
        {
            // The most first when there are to be more, as the least may not be above it. The pool makes those it wants here.
            bool isSet = workers >= most
                ? ThreadPool.SetMaxThreads(workers, mostPorts) && ThreadPool.SetMinThreads(workers, leastPorts)
                : ThreadPool.SetMinThreads(Math.Min(workers, s_usualLeast), leastPorts) && ThreadPool.SetMaxThreads(workers, mostPorts);
            s_most = isSet ? workers : s_most;
            return isSet;
        }
        catch (Exception exception) when (OwnThread.IsShortage(exception))
        {
            // Somebody took meanwhile what was there a moment ago. The pool may wait for a worker that never comes: the next look wants one more.
            s_most = workers;
            return false;
        }
    }

    /// <summary>How many threads, of so many, there are.</summary>
    private static int Try(int count)
    {
        // Not disposed of: some may still be about to see that it is over.
        var isOver = new ManualResetEventSlim(initialState: false, spinCount: 0);
        int got = 0;
        while (got < count && OwnThread.TryStart("DaemonRpc trial", isOver.Wait, OwnThread.SmallStack))
        {
            got++;
        }

        isOver.Set();
        return got;
    }
}
