using System.Diagnostics.CodeAnalysis;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Lifecycle;

/// <summary>What became of the process that held the life lock.</summary>
internal enum HolderState
{
    /// <summary>It let go of the lock, or nobody held it.</summary>
    Gone,

    /// <summary>It lives and can be reached at its socket.</summary>
    Served,

    /// <summary>It lives, and nobody listens at its socket.</summary>
    Silent,
}

/// <summary>Held from before a daemon binds until it dies. Whoever has it is the daemon; nobody else may touch the socket.</summary>
internal static class LifeLock
{
    private static readonly TimeSpan s_dialLimit = TimeSpan.FromMilliseconds(500);

    // That a process lets go of its lock and lives on, as one that served in the foreground may, is told by no event.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(250);

    // A dying process lets go of its lock a moment before it is gone.
    private static readonly TimeSpan s_dyingLimit = TimeSpan.FromSeconds(1);

    /// <summary>Takes the lock, waiting at most the limit for a predecessor that is about to die.</summary>
    /// <param name="path">The lock file.</param>
    /// <param name="socketPath">Where the holder would be reached. As soon as it is, waiting is over: it lives and serves.</param>
    /// <param name="limit">How long to wait; zero not at all, infinite until it dies.</param>
    /// <param name="held">The lock.</param>
    /// <param name="holder">Otherwise: the process that has it.</param>
    public static bool TryAcquire(string path, string socketPath, TimeSpan limit, [NotNullWhen(true)] out RecordLock? held, out int holder)
    {
        holder = 0;
        while (true)
        {
            if (!RecordLock.TryAcquire(path, out held))
            {
                holder = RecordLock.Probe(path);
                if (limit == TimeSpan.Zero || holder == Environment.ProcessId || (held = Wait(path, socketPath, limit)) is null)
                {
                    return false;
                }
            }

            if (held.IsStillAtPath)
            {
                return true;
            }

            // The file was removed while we waited for it: what we hold locks nothing that others would look at.
            held.Dispose();
        }
    }

    /// <summary>Waits until the lock's holder has gone or can be reached. Never takes the lock.</summary>
    /// <param name="path">The lock file.</param>
    /// <param name="socketPath">Where the holder would be reached.</param>
    /// <param name="deadline">By when.</param>
    /// <param name="holder">The process that had it; 0 when nobody did.</param>
    public static HolderState Await(string path, string socketPath, Deadline deadline, out int holder)
    {
        holder = RecordLock.Probe(path);
        if (holder == 0)
        {
            return HolderState.Gone;
        }

        // Held by its descriptor before the lock is asked once more, so that it is the holder's end that is waited for.
        using ProcessWatch? process = holder == Environment.ProcessId ? null : ProcessWatch.TryOpen(holder);
        var news = new ManualResetEventSlim();
        using FileSystemWatcher? watcher = WatchFor(socketPath, news.Set);
        TellEnd(process, deadline, news);
        while (true)
        {
            // Before anything is looked at: what happens from now on is news.
            news.Reset();
            if (RecordLock.Probe(path) != holder)
            {
                _ = process?.Wait(s_dyingLimit);
                return HolderState.Gone;
            }

            if (IsServed(socketPath))
            {
                return HolderState.Served;
            }

            if (deadline.HasPassed)
            {
                return HolderState.Silent;
            }

            TimeSpan left = deadline.Left;
            _ = news.Wait(left == Timeout.InfiniteTimeSpan || left > s_pace ? s_pace : left);
        }
    }

    private static void TellEnd(ProcessWatch? process, Deadline deadline, ManualResetEventSlim news)
    {
        if (process is null)
        {
            return;
        }

        new Thread(() =>
        {
            try
            {
                _ = process.Wait(deadline.Left);
                news.Set();
            }
            catch (ObjectDisposedException)
            {
                // Nobody waits any more: it was reached before this thread began.
            }
        })
        { IsBackground = true, Name = "DaemonRpc life lock" }.Start();
    }

    // In the kernel's queue, so that the lock is ours in the moment the predecessor dies. The kernel's wait has no limit;
    // when ours has passed this process ends, and the thread with it.
    private static RecordLock? Wait(string path, string socketPath, TimeSpan limit)
    {
        RecordLock? acquired = null;
        IOException? failure = null;
        var settled = new ManualResetEventSlim();
        var waiter = new Thread(() =>
        {
            try
            {
                acquired = RecordLock.Acquire(path);
            }
            catch (IOException exception)
            {
                // The system has no lock left, or the file cannot be opened: for whoever waits to tell.
                failure = exception;
            }

            settled.Set();
        })
        { IsBackground = true, Name = "DaemonRpc life lock" };
        waiter.Start();

        // A holder whose socket was taken away publishes it again. Watched before it is looked at, or a publication in
        // between would be missed.
        using FileSystemWatcher? watcher = WatchFor(socketPath, settled.Set);
        if (!IsServed(socketPath))
        {
            _ = settled.Wait(limit);
        }

        return failure is null ? acquired : throw new IOException(failure.Message, failure);
    }

    /// <summary>Tells when the socket is published. Null when the user has no watches left: then the waiting takes longer, and ends all the same.</summary>
    private static FileSystemWatcher? WatchFor(string socketPath, Action onPublished)
    {
        var watcher = new FileSystemWatcher(Path.GetDirectoryName(socketPath)!, Path.GetFileName(socketPath));
        watcher.Created += (_, _) => onPublished();
        watcher.Renamed += (_, _) => onPublished();
        try
        {
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException)
        {
            // The limit is small on many systems, and editors and file managers use it up.
            watcher.Dispose();
            return null;
        }
    }

    // A queue that is full is one that somebody listens to, too.
    private static bool IsServed(string socketPath)
    {
        DialResult result = UnixSocketDialer.TryDial(socketPath, s_dialLimit, out SocketChannel? channel);
        channel?.Dispose();
        return result != DialResult.NobodyListens;
    }
}
