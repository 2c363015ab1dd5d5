namespace DaemonRpc.Platform;

/// <summary>Sees to it that the thread pool has threads, and survives not getting one, where the system gives few.</summary>
/// <remarks>
/// What the runtime's pool does when it wants one more worker and gets none: whoever had given it something gets an
/// <see cref="OutOfMemoryException"/>, though the pool keeps what it was given; a worker, a timer's thread or the one that looks after the pool,
/// which want a worker too, end the process with that exception; and the pool believes for ever that it has got the worker. So a daemon
/// has workers that stay (<see cref="TryFill"/>); as soon as the system has refused a thread the pool is told not to want any more than it has
/// (<see cref="Cap"/>); and where it waits for one that never came, it is told to want one more (<see cref="Look"/>).
/// </remarks>
internal static class PoolThreads
{
    private const string KeptSetting = "System.Threading.ThreadPool.ThreadsToKeepAlive";

    // Enough that one worker may be busy with what a handler does.
    private const int Kept = 2;

    // Nothing tells when a thread can be had.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan s_fillLimit = TimeSpan.FromSeconds(1);

    private static readonly Lock s_gate = new();
    private static volatile bool s_hasRun;
    private static volatile bool s_isShort;
    private static (int Least, int Most)? s_uncapped;
    private static long s_completed;
    private static Timer? s_timer;

    /// <summary>Has the pool make a thread, unless it has had one. False when the system gives none: what is given to the pool would wait.</summary>
    public static bool TryHave()
    {
        LockStatics.Settle();
        return s_hasRun || TryBegin();
    }

    /// <summary>Has the runtime make the thread that timers run out on, unless it has. False when the system gives none: to set a timer would throw.</summary>
    public static bool TryHaveTimers()
    {
        if (Volatile.Read(ref s_timer) is null)
        {
            try
            {
                Volatile.Write(ref s_timer, new Timer(static _ => { }, null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan));
            }
            catch (Exception exception) when (OwnThread.IsShortage(exception))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>In a process that is a daemon: its first workers are to stay, however long they have nothing to do. Before the pool is used.</summary>
    public static void Keep()
    {
        if (AppContext.GetData(KeptSetting) is null)
        {
            AppContext.SetData(KeptSetting, $"{Math.Max(Kept, Wanted())}");
        }
    }

    /// <summary>In a process that is a daemon: has the pool make the workers that are to stay. False when the system does not give what it needs of them.</summary>
    public static bool TryFill()
    {
        int workers = Wanted();
        var all = new CountdownEvent(workers);
        for (int worker = 1; worker <= workers; worker++)
        {
            try
            {
                // Each keeps a worker until all have one. The next is given when this one runs: another worker is wanted on this
                // thread then, which can be told that there is none.
                _ = ThreadPool.UnsafeQueueUserWorkItem(static all => Meet(all), all, preferLocal: false);
            }
            catch (Exception exception) when (OwnThread.IsShortage(exception))
            {
                _ = all.Signal(all.CurrentCount);
                s_hasRun = worker > Math.Min(Kept, workers);
                return s_hasRun;
            }

            _ = SpinWait.SpinUntil(() => all.CurrentCount <= workers - worker, s_fillLimit);
        }

        s_hasRun = true;
        return true;
    }

    /// <summary>Gives the pool something. Returns when there is a thread for it: nearly always at once.</summary>
    public static void Give(IThreadPoolWorkItem work)
    {
        try
        {
            _ = ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
        }
        catch (Exception exception) when (OwnThread.IsShortage(exception))
        {
            Await();
        }
    }

    /// <summary>Ends what others wait for there. Returns when there is a thread for that: nearly always at once.</summary>
    public static void Give(Action end)
    {
        try
        {
            end();
        }
        catch (Exception exception) when (OwnThread.IsShortage(exception))
        {
            Await();
        }
    }

    /// <summary>For who could not give the pool something as it got no thread for that: it has it all the same. Returns when it gets one.</summary>
    public static void Await()
    {
        s_isShort = true;
        var never = new ManualResetEventSlim(initialState: false, spinCount: 0);
        do
        {
            _ = never.Wait(s_pace);
            _ = Look();
        }
        while (s_isShort && ThreadPool.PendingWorkItemCount > 0);
    }

    /// <summary>The system has refused a thread: the pool is to be content with what it has until there are some again.</summary>
    public static void Cap()
    {
        if (PoolRation.IsOn)
        {
            return;
        }

        s_isShort = true;
        lock (s_gate)
        {
            ThreadPool.GetMinThreads(out int least, out int leastPorts);
            ThreadPool.GetMaxThreads(out int most, out int mostPorts);
            int has = ThreadPool.ThreadCount;
            if (s_uncapped is null && has > 0 && ThreadPool.SetMinThreads(Math.Min(least, has), leastPorts))
            {
                s_uncapped = (least, most);
                _ = ThreadPool.SetMaxThreads(has, mostPorts);
            }
        }
    }

    /// <summary>When the system had refused a thread: tries whether it gives some now, and then makes up for what the pool missed. For whoever comes by now and then.</summary>
    /// <returns>False when it still gives none.</returns>
    public static bool Look()
    {
        if (PoolRation.IsOn)
        {
            bool hasAll = PoolRation.Look();
            s_isShort &= !hasAll;
            return hasAll;
        }

        if (s_isShort)
        {
            if (!OwnThread.TryStart("DaemonRpc trial", static () => { }, OwnThread.SmallStack))
            {
                return false;
            }

            try
            {
                Lift();
                Mend();
            }
            catch (Exception exception) when (OwnThread.IsShortage(exception))
            {
                // The pool wanted a worker at once, and the one on trial had been the last. Once more at the next look.
            }
        }

        return true;
    }

    private static int Wanted() => Math.Min(Environment.ProcessorCount, PoolRation.Least ?? Kept);

    // A handler's code may have all workers: then they are there.
    private static void Meet(CountdownEvent all)
    {
        _ = all.Signal();
        _ = all.Wait(s_fillLimit);
    }

    private static bool TryBegin()
    {
        var never = new ManualResetEventSlim(initialState: false, spinCount: 0);
        while (s_isShort)
        {
            if (!Look())
            {
                return false;
            }

            _ = s_isShort && never.Wait(s_pace);
        }

        try
        {
            _ = ThreadPool.UnsafeQueueUserWorkItem(static _ => s_hasRun = true, null);
            return true;
        }
        catch (Exception exception) when (OwnThread.IsShortage(exception))
        {
            s_isShort = true;
            return false;
        }
    }

    private static void Lift()
    {
        lock (s_gate)
        {
            if (s_uncapped is { } before)
            {
                s_uncapped = null;
                ThreadPool.GetMaxThreads(out _, out int ports);
                _ = ThreadPool.SetMaxThreads(before.Most, ports);
                ThreadPool.GetMinThreads(out _, out ports);
                _ = ThreadPool.SetMinThreads(before.Least, ports);
            }
        }
    }

    /// <summary>If something waits and nothing has been done since the last time, a worker that never came is waited for: the pool is to want one more.</summary>
    private static void Mend()
    {
        lock (s_gate)
        {
            long completed = ThreadPool.CompletedWorkItemCount;
            bool isStuck = ThreadPool.PendingWorkItemCount > 0 && completed == s_completed;
            s_completed = completed;
            if (!isStuck)
            {
                s_isShort = ThreadPool.PendingWorkItemCount > 0;
                return;
            }

            ThreadPool.GetMinThreads(out int least, out int ports);
            _ = ThreadPool.SetMinThreads(Math.Max(least, ThreadPool.ThreadCount) + 1, ports);
        }
    }
}
