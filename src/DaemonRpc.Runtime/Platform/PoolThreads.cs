namespace DaemonRpc.Platform;

/// <summary>Makes sure that the thread pool has threads, and keeps the process alive when the system refuses one.</summary>
/// <remarks>
/// When .NET's pool wants one more worker and gets none, three things happen. The caller who queued work gets an <see cref="OutOfMemoryException"/>, although
/// the work stays queued. A worker, a timer's thread or the pool's own monitor that wants a worker ends the process with that exception. And the pool believes
/// forever that it has got the worker. So a daemon has permanent workers (<see cref="TryFill"/>). Once the system has refused a thread, the pool is limited to
/// the workers it has (<see cref="Cap"/>). And where the pool waits for a worker that never came, it is told to create one more (<see cref="Look"/>).
/// </remarks>
internal static class PoolThreads
{
    private const string KeptSetting = "System.Threading.ThreadPool.ThreadsToKeepAlive";

    // Enough for one worker to be busy with a handler.
    private const int Kept = 2;

    // No event tells when the system gives threads again.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan s_fillTimeout = TimeSpan.FromSeconds(1);

    private static readonly Lock s_gate = new();
    private static volatile bool s_hasRun;
    private static volatile bool s_isShort;
    private static (int Least, int Most)? s_uncapped;
    private static long s_completed;
    private static Timer? s_timer;

    /// <summary>Has the pool create a thread unless it has had one. Returns false when the system gives none: queued work would then wait.</summary>
    public static bool TryHave()
    {
        LockStatics.Settle();
        return s_hasRun || TryBegin();
    }

    /// <summary>Has .NET create its timer thread unless it exists. Returns false when the system gives none: setting a timer would then throw.</summary>
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

    /// <summary>Makes the pool's first workers permanent, in a daemon. Call it before the pool is used.</summary>
    public static void Keep()
    {
        if (AppContext.GetData(KeptSetting) is null)
        {
            AppContext.SetData(KeptSetting, $"{Math.Max(Kept, Wanted())}");
        }
    }

    /// <summary>Has the pool create its permanent workers, in a daemon. Returns false when the system does not give those that the daemon needs.</summary>
    public static bool TryFill()
    {
        int workers = Wanted();
        var all = new CountdownEvent(workers);
        for (int worker = 1; worker <= workers; worker++)
        {
            try
            {
                // Each item occupies a worker until all have one. The next item is queued only when this one runs, so
                // that the request for another worker happens on this thread, which can catch its failure.
                _ = ThreadPool.UnsafeQueueUserWorkItem(static all => Meet(all), all, preferLocal: false);
            }
            catch (Exception exception) when (OwnThread.IsShortage(exception))
            {
                _ = all.Signal(all.CurrentCount);
                s_hasRun = worker > Math.Min(Kept, workers);
                return s_hasRun;
            }

            _ = SpinWait.SpinUntil(() => all.CurrentCount <= workers - worker, s_fillTimeout);
        }

        s_hasRun = true;
        return true;
    }

    /// <summary>Cancels a token. Callbacks of other code run in the pool.</summary>
    public static void Cancel(CancellationTokenSource source) => Give(() =>
    {
        try
        {
            _ = source.CancelAsync();
        }
        catch (TaskSchedulerException exception) when (exception.InnerException is { } inner && OwnThread.IsShortage(inner))
        {
            // As everything that queues work throws it. The callbacks are queued nevertheless.
            throw inner;
        }
    });

    /// <summary>Queues work to the pool. Returns when the pool has a thread for it: nearly always at once.</summary>
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

    /// <summary>Completes something whose continuations run on the pool. Returns when the pool has a thread for them: nearly always at once.</summary>
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

    /// <summary>After work was queued but the pool got no thread for it: waits until the pool has a thread again.</summary>
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

    /// <summary>After the system has refused a thread: limits the pool to the workers it has, until threads are available again.</summary>
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

    /// <summary>
    /// After the system has refused a thread: tries whether it gives threads again, and if so lifts the limit. Called now and then from our own threads.
    /// </summary>
    /// <returns>False when the system still gives none.</returns>
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
                // The pool wanted a worker at once, and the trial thread had been the last one. Try again at the next look.
            }
        }

        return true;
    }

    private static int Wanted() => Math.Min(Environment.ProcessorCount, PoolRation.Least ?? Kept);

    // The timeout is for the case that the handler's code occupies all workers: then they exist.
    private static void Meet(CountdownEvent all)
    {
        _ = all.Signal();
        _ = all.Wait(s_fillTimeout);
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

    /// <summary>If work waits and none has completed since the last look, the pool waits for a worker that never came: has it create one more.</summary>
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
