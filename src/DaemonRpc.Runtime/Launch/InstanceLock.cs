using System.Diagnostics.CodeAnalysis;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>Held from before a daemon binds until it dies. Whoever has it is the daemon; nobody else may touch the socket.</summary>
/// <remarks>
/// Two things, and a starting daemon needs both. The lock of the file counts wherever the file is seen: in containers that
/// share the folder, in other network namespaces. The name in the kernel, on Linux, is what is left when the file is
/// deleted, or its folder. The file comes first, so that as a rule only one process at a time is after the name.
/// </remarks>
internal sealed class InstanceLock : IDisposable
{
    // That a process lets go of its lock and lives on, as one that served in the foreground may, is told by no event.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(250);

    // A dying process lets go of its lock a moment before it is gone.
    private static readonly TimeSpan s_dyingLimit = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _released = new(initialState: false, spinCount: 0);
    private readonly string _path;
    private readonly RecordLock _file;
    private KernelName? _name;

    private InstanceLock(string path, RecordLock file, KernelName? name)
    {
        _path = path;
        _file = file;
        _name = name;
    }

    /// <summary>For handing over in place: the file's, and the name's if there is one. They stay this object's to close.</summary>
    public int[] Descriptors => _name is { } name ? [_file.Descriptor, name.Descriptor] : [_file.Descriptor];

    /// <summary>Whether the locked file is still the one that the path names.</summary>
    public bool IsStillAtPath => _file.IsStillAtPath;

    /// <summary>Whether no other daemon can start though the file is gone.</summary>
    public bool IsNamed => _name is not null;

    /// <summary>Takes the lock, waiting at most the limit for a predecessor that is about to die.</summary>
    /// <param name="path">The lock file.</param>
    /// <param name="socketPath">Where the holder would be reached. As soon as it is, waiting is over: it lives and serves.</param>
    /// <param name="limit">How long to wait; zero not at all, infinite until it dies.</param>
    /// <param name="held">The lock.</param>
    /// <param name="holder">Otherwise: who has it.</param>
    /// <exception cref="DaemonException">Somebody has it, and the system gives no thread to wait with.</exception>
    public static bool TryAcquire(string path, string socketPath, TimeSpan limit, [NotNullWhen(true)] out InstanceLock? held, out LockHolder holder)
    {
        holder = LockHolder.Nobody;
        while (true)
        {
            if (!TryTake(path, out held, out holder))
            {
                // Nobody: it let go in this moment, or its file was given up for a new one. Then it is our turn once more.
                if (holder.IsHeld
                    && (limit == TimeSpan.Zero || holder.ProcessId == Environment.ProcessId || (held = Wait(path, socketPath, limit)) is null))
                {
                    return false;
                }
            }

            if (held is { IsStillAtPath: true })
            {
                return true;
            }

            // The file was removed while we waited for it: what we hold locks nothing that others would look at.
            held?.Dispose();
        }
    }

    /// <summary>Goes on with the lock that the program before had, in the same process.</summary>
    /// <exception cref="IOException">Another process had taken it in between.</exception>
    public static InstanceLock Adopt(string path, Inheritance inherited) => new(
        path, RecordLock.Adopt(path, inherited.InstanceLock), inherited.Name is { } name ? KernelName.Adopt(name) : null);

    /// <summary>Who holds the lock. Does not take it.</summary>
    /// <remarks>Where the file was made anew, one that starts may hold it and wait: the daemon is who has the name.</remarks>
    public static LockHolder Probe(string path)
    {
        LockHolder named = NameOf(path) is { } name ? KernelName.Probe(name) : LockHolder.Nobody;
        return named.IsHeld ? named : RecordLock.Probe(path);
    }

    /// <summary>Waits until the lock's holder has gone or can be reached. Never takes the lock.</summary>
    /// <param name="path">The lock file.</param>
    /// <param name="socketPath">Where the holder would be reached.</param>
    /// <param name="deadline">By when.</param>
    /// <param name="holder">Who had it.</param>
    public static HolderState Await(string path, string socketPath, Deadline deadline, out LockHolder holder)
    {
        holder = Probe(path);
        if (!holder.IsHeld)
        {
            return HolderState.Gone;
        }

        // Held by its descriptor before the lock is asked once more, so that it is the holder's end that is waited for.
        using ProcessWatch? process = holder.ProcessId == Environment.ProcessId ? null : ProcessWatch.TryOpen(holder.ProcessId);
        var news = new ManualResetEventSlim();
        using FileSystemWatcher? watcher = PublishedSocket.Watch(socketPath, news.Set);
        TellEnd(process, deadline, news);
        while (true)
        {
            // Before anything is looked at: what happens from now on is news.
            news.Reset();
            if (!Probe(path).MayBe(holder))
            {
                _ = process?.Wait(s_dyingLimit);
                return HolderState.Gone;
            }

            if (PublishedSocket.IsServed(socketPath))
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

    /// <summary>Waits until the lock is let go of, which it is at the end only. False when the limit passed first.</summary>
    public bool WaitForRelease(TimeSpan limit) => _released.Wait(limit);

    /// <summary>Makes good what may have been lost: the kernel names this process as the holder again, and the name is had as soon as it can be.</summary>
    public void Renew()
    {
        lock (_gate)
        {
            if (_released.IsSet)
            {
                return;
            }

            _file.Renew();
            if (_name is null && NameOf(_path) is { } name)
            {
                // Another user's process may have had it when we started.
                _ = KernelName.TryTake(name, out _name);
            }

            _name?.Answer();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
            _name?.Dispose();
            _released.Set();
        }
    }

    private static bool TryTake(string path, [NotNullWhen(true)] out InstanceLock? held, out LockHolder holder)
    {
        held = null;
        if (!RecordLock.TryAcquire(path, out RecordLock? file))
        {
            holder = Probe(path);
            if (holder.HasDied && RecordLock.TryAbandon(path))
            {
                holder = LockHolder.Nobody;
            }

            return false;
        }

        if (!TryName(path, out KernelName? name, out holder))
        {
            file.Dispose();
            return false;
        }

        held = new InstanceLock(path, file, name);
        return true;
    }

    /// <summary>Takes the lock, waiting without limit: for the file in the kernel's queue, for the name by its holder's connection.</summary>
    private static InstanceLock Take(string path)
    {
        var file = RecordLock.Acquire(path);
        KernelName? name;
        while (!TryName(path, out name, out _))
        {
            if (NameOf(path) is { } held)
            {
                KernelName.WaitForHolder(held);
            }
        }

        return new InstanceLock(path, file, name);
    }

    /// <summary>Takes the name. False when a living process of this user has it; true without a name where none can be had.</summary>
    private static bool TryName(string path, out KernelName? taken, out LockHolder holder)
    {
        taken = null;
        holder = LockHolder.Nobody;
        if (NameOf(path) is not { } name || KernelName.TryTake(name, out taken))
        {
            return true;
        }

        holder = KernelName.Probe(name);
        if (holder.IsHeld)
        {
            return false;
        }

        // It was let go in between. Or it is another user's doing, who can keep us from the name, but not from starting.
        _ = KernelName.TryTake(name, out taken);
        return true;
    }

    // In the kernel's queue, so that the lock is ours in the moment the predecessor dies. The kernel's wait has no limit: what
    // comes when ours has passed is let go of at once.
    private static InstanceLock? Wait(string path, string socketPath, TimeSpan limit)
    {
        InstanceLock? acquired = null;
        IOException? failure = null;
        bool hasLeft = false;
        var settled = new ManualResetEventSlim();
        OwnThread.Start("DaemonRpc instance lock", () =>
        {
            InstanceLock? taken = null;
            try
            {
                taken = Take(path);
            }
            catch (IOException exception)
            {
                // The system has no lock left, or the file cannot be opened: for whoever waits to tell.
                failure = exception;
            }

            lock (settled)
            {
                if (!hasLeft)
                {
                    acquired = taken;
                    settled.Set();
                    return;
                }
            }

            taken?.Dispose();
        });

        // A holder whose socket was taken away publishes it again. Watched before it is looked at, or a publication in
        // between would be missed.
        using FileSystemWatcher? watcher = PublishedSocket.Watch(socketPath, settled.Set);
        if (!PublishedSocket.IsServed(socketPath))
        {
            _ = settled.Wait(limit);
        }

        lock (settled)
        {
            hasLeft = true;
            return failure is null ? acquired : throw new IOException(failure.Message, failure);
        }
    }

    private static void TellEnd(ProcessWatch? process, Deadline deadline, ManualResetEventSlim news)
    {
        if (process is null)
        {
            return;
        }

        // Without a thread the end is seen by the next look.
        _ = OwnThread.TryStart("DaemonRpc instance lock", () =>
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
        });
    }

    /// <summary>What the lock is called in the kernel. Null when there is no folder above the file's.</summary>
    /// <remarks>
    /// By the folder above, not by the path: whatever leads to it is the same folder, and what others call by the same path, in
    /// a container or with a /tmp of their own, is another. It may be deleted only with all that is in it.
    /// </remarks>
    private static string? NameOf(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        return OperatingSystem.IsLinux() && Path.GetDirectoryName(folder) is { } parent && FileIdentity.OfTarget(parent) is { } identity
            ? $"daemonrpc-{LibC.EffectiveUserId()}-{NameHash.Of($"{identity.Device}:{identity.Inode}/{Path.GetFileName(folder)}/{Path.GetFileName(path)}")}"
            : null;
    }
}
