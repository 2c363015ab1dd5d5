namespace DaemonRpc.Platform;

/// <summary>Keeps the thread pool from requesting workers that the system would refuse, in a daemon with a low thread limit.</summary>
/// <remarks>
/// Twice a second the pool checks whether its work progresses, and adds a worker if not. If the system refuses that thread, the process
/// ends (<see cref="PoolThreads"/>), without warning: a daemon that had never met the limit would end because its handler blocked the pool, or
/// because the machine was busy. So under a low limit the pool starts with one worker per processor and may not grow by itself. Instead,
/// <see cref="Look"/> checks its progress as often as the pool would. When the work is stuck, it starts trial threads,
/// up to as many as the pool has workers, and adds a worker for each that starts. So the pool grows no slower than on its own. If the program
/// sets the pool's size, that size stays.
/// </remarks>
internal static class PoolRation
{
    // If a process may have a thousand threads and is still refused one, its machine is about to fail anyway.
    private const int Few = 1000;

    // How many trial threads are started at once: enough for a pool that doubles.
    private const int MostTried = 32;

    // The initial workers may take one thread in this many of those that the system gives.
    private const int Share = 8;

    private static readonly Lock s_gate = new();
    private static int? s_least;
    private static int s_usualLeast;
    private static int s_most;
    private static long s_completed;

    /// <summary>The number of workers to start with, given enough processors; null where no limit is low.</summary>
    /// <remarks>The first read reads files. Used when a daemon starts, never in a client.</remarks>
    public static int? Least => (s_least ??= Ask()) is var least and > 0 ? least : null;

    /// <summary>Whether this class controls the pool's size.</summary>
    public static bool IsOn { get; private set; }

    /// <summary>Takes control of the pool's size if a limit is low. Call it once the daemon's permanent workers exist.</summary>
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

    /// <summary>Adds workers if the pool is stuck and the system gives threads. Called twice a second, on a thread outside the pool.</summary>
    /// <returns>False when the pool needs workers and the system gives none.</returns>
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
                // Workers that ended for lack of work must not be requested again at once: lower the maximum.
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
            // Raise the maximum before the minimum, which may not exceed it. The pool creates the workers in these calls.
            bool isSet = workers >= most
                ? ThreadPool.SetMaxThreads(workers, mostPorts) && ThreadPool.SetMinThreads(workers, leastPorts)
                : ThreadPool.SetMinThreads(Math.Min(workers, s_usualLeast), leastPorts) && ThreadPool.SetMaxThreads(workers, mostPorts);
            s_most = isSet ? workers : s_most;
            return isSet;
        }
        catch (Exception exception) when (OwnThread.IsShortage(exception))
        {
            // Somebody took the threads that were free a moment ago. The pool may now wait for a worker that never comes; the next look adds one more.
            s_most = workers;
            return false;
        }
    }

    /// <summary>Returns how many of the given number of threads the system gives.</summary>
    private static int Try(int count)
    {
        // Not disposed: some trial threads may still be about to read it.
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
