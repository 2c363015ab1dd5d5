using System.Diagnostics.CodeAnalysis;
using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Lifecycle;

/// <summary>Held from before a daemon binds until it dies. Whoever has it is the daemon; nobody else may touch the socket.</summary>
internal static class LifeLock
{
    private static readonly TimeSpan s_dialLimit = TimeSpan.FromMilliseconds(500);

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

    // In the kernel's queue, so that the lock is ours in the moment the predecessor dies. The kernel's wait has no limit;
    // when ours has passed this process ends, and the thread with it.
    private static RecordLock? Wait(string path, string socketPath, TimeSpan limit)
    {
        RecordLock? acquired = null;
        var settled = new ManualResetEventSlim();
        var waiter = new Thread(() =>
        {
            acquired = RecordLock.Acquire(path);
            settled.Set();
        })
        { IsBackground = true, Name = "DaemonRpc life lock" };
        waiter.Start();

        // A holder whose socket was taken away publishes it again. Watched before it is looked at, or a publication in
        // between would be missed.
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(socketPath)!, Path.GetFileName(socketPath));
        watcher.Created += (_, _) => settled.Set();
        watcher.Renamed += (_, _) => settled.Set();
        watcher.EnableRaisingEvents = true;
        if (!IsServed(socketPath))
        {
            _ = settled.Wait(limit);
        }

        return acquired;
    }

    private static bool IsServed(string socketPath)
    {
        using SocketChannel? channel = UnixSocketDialer.TryDial(socketPath, s_dialLimit, out SocketChannel? connected) == DialResult.Connected ? connected : null;
        return channel is not null;
    }
}
