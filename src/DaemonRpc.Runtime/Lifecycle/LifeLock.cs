using System.Diagnostics.CodeAnalysis;
using DaemonRpc.Platform;

namespace DaemonRpc.Lifecycle;

/// <summary>Held from before a daemon binds until it dies. Whoever has it is the daemon; nobody else may touch the socket.</summary>
internal static class LifeLock
{
    /// <summary>Takes the lock, waiting at most the limit for a predecessor that is about to die.</summary>
    /// <param name="path">The lock file.</param>
    /// <param name="limit">How long to wait; zero not at all, infinite until it dies.</param>
    /// <param name="held">The lock.</param>
    /// <param name="holder">Otherwise: the process that has it.</param>
    public static bool TryAcquire(string path, TimeSpan limit, [NotNullWhen(true)] out RecordLock? held, out int holder)
    {
        holder = 0;
        while (true)
        {
            if (!RecordLock.TryAcquire(path, out held))
            {
                holder = RecordLock.Probe(path);
                if (limit == TimeSpan.Zero || holder == Environment.ProcessId || (held = Wait(path, limit)) is null)
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
    private static RecordLock? Wait(string path, TimeSpan limit)
    {
        RecordLock? acquired = null;
        var waiter = new Thread(() => acquired = RecordLock.Acquire(path)) { IsBackground = true, Name = "DaemonRpc life lock" };
        waiter.Start();
        return waiter.Join(limit) ? acquired : null;
    }
}
