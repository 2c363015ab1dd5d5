using System.Diagnostics.CodeAnalysis;
using DaemonRpc.Platform;
using DaemonRpc.Program;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>The lock that makes a process the daemon. Held from before the socket is bound until the process dies; nobody else may touch the socket.</summary>
/// <remarks>
/// A daemon needs two locks. The file's lock works wherever the file is visible: in containers that share the folder,
/// in other network namespaces. The kernel name, on Linux, still works when the file or its folder is deleted. The
/// file's lock is taken first, so that usually only one process at a time tries to take the name.
/// </remarks>
internal sealed class InstanceLock : IDisposable
{
    // No event reports a process that releases its lock and lives on, as a foreground daemon may.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(250);

    // A dying process releases its lock a moment before it is gone.
    private static readonly TimeSpan s_dyingTimeout = TimeSpan.FromSeconds(1);

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

    /// <summary>The descriptors, for handing over in place: the file's, and the name's if there is one. This object still closes them.</summary>
    public int[] Descriptors => _name is { } name ? [_file.Descriptor, name.Descriptor] : [_file.Descriptor];

    /// <summary>Whether the path still names the locked file.</summary>
    public bool IsStillAtPath => _file.IsStillAtPath;

    /// <summary>Whether the kernel name is held, which keeps other daemons from starting even if the file is gone.</summary>
    public bool IsNamed => _name is not null;

    /// <summary>Takes the lock, waiting up to the timeout for a dying predecessor.</summary>
    /// <param name="path">The lock file.</param>
    /// <param name="socketPath">The holder's socket. Waiting ends as soon as the holder serves there.</param>
    /// <param name="timeout">How long to wait; zero for not at all, infinite until the holder dies.</param>
    /// <param name="held">The lock, if taken.</param>
    /// <param name="holder">The current holder, otherwise.</param>
    /// <exception cref="DaemonException">The lock is taken, and the system gives no thread to wait with.</exception>
    public static bool TryAcquire(string path, string socketPath, TimeSpan timeout, [NotNullWhen(true)] out InstanceLock? held, out LockHolder holder)
    {
        holder = LockHolder.Nobody;
        while (true)
        {
            if (!TryTake(path, out held, out holder))
            {
                // No holder: it released the lock at this moment, or its file was abandoned for a new one. Try again.
                if (holder.IsHeld
                    && (timeout == TimeSpan.Zero || holder.ProcessId == Environment.ProcessId || (held = Wait(path, socketPath, timeout)) is null))
                {
                    return false;
                }
            }

            if (held is { IsStillAtPath: true })
            {
                return true;
            }

            // The file was removed while we waited for it. Our lock on it excludes nobody.
            held?.Dispose();
        }
    }

    /// <summary>Continues to hold the lock of the previous program in this process.</summary>
    /// <exception cref="IOException">Another process took the lock in between.</exception>
    public static InstanceLock Adopt(string path, Inheritance inherited) => new(
        path, RecordLock.Adopt(path, inherited.InstanceLock), inherited.Name is { } name ? KernelName.Adopt(name) : null);

    /// <summary>Finds the lock's holder. Does not take the lock.</summary>
    /// <remarks>
    /// If the file was re-created, a starting process may hold its lock and wait; the daemon is then the process that holds the name.
    /// </remarks>
    public static LockHolder Probe(string path)
    {
        LockHolder named = NameOf(path) is { } name ? KernelName.Probe(name) : LockHolder.Nobody;
        return named.IsHeld ? named : RecordLock.Probe(path);
    }

    /// <summary>Returns whether two witnesses of the kernel agree that a process of this machine holds the lock: the file's lock, and a local one.</summary>
    /// <remarks>
    /// A process of another machine cannot produce the local witness. On Linux it is the lock's name, which exists within one network namespace
    /// only. On macOS it is that the file is on a volume of this machine; unverified until a Mac runs it. Returns false if there is no local witness.
    /// </remarks>
    public static bool IsHeldHereBy(string path, int processId)
    {
        LockHolder owner = RecordLock.Probe(path);
        return owner.IsNamedByKernel && owner.ProcessId == processId && (OperatingSystem.IsMacOS()
            ? MacVolume.IsLocal(path)
            : NameOf(path) is { } name && KernelName.Probe(name) is { IsNamedByKernel: true } named && named.ProcessId == processId);
    }

    /// <summary>Waits until the lock's holder has gone or can be reached. Never takes the lock.</summary>
    /// <param name="path">The lock file.</param>
    /// <param name="socketPath">The holder's socket.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="holder">The process that held the lock.</param>
    public static HolderState Await(string path, string socketPath, Deadline deadline, out LockHolder holder)
    {
        holder = Probe(path);
        if (!holder.IsHeld)
        {
            return HolderState.Gone;
        }

        // The process descriptor is opened before the lock is probed again, so that it is the holder's end that is awaited.
        using ProcessWatch? process = holder.ProcessId == Environment.ProcessId ? null : ProcessWatch.TryOpen(holder.ProcessId);
        var news = new ManualResetEventSlim();
        using FileSystemWatcher? watcher = PublishedSocket.Watch(socketPath, news.Set);
        TellEnd(process, deadline, news);
        while (true)
        {
            // Reset before looking, so that changes during the look are not lost.
            news.Reset();
            if (!Probe(path).MayBe(holder))
            {
                _ = process?.Wait(s_dyingTimeout);
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

    /// <summary>Waits until this lock is released, which happens when the daemon ends. Returns false if the timeout passes first.</summary>
    public bool WaitForRelease(TimeSpan timeout) => _released.Wait(timeout);

    /// <summary>Retakes the file's record lock in case user code released it, and the kernel name as soon as it is free.</summary>
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
                // Another user's process may have had the name when this daemon started.
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

    /// <summary>Takes the lock without a timeout, waiting for the file in the kernel's queue and for the name on its holder's connection.</summary>
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

    /// <summary>Takes the kernel name. Returns false when a living process of this user has it; true, without a name, where none can be had.</summary>
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

        // The name was released in between, or another user holds it, who can keep us from the name but not from starting.
        _ = KernelName.TryTake(name, out taken);
        return true;
    }

    // Waits in the kernel's queue, so that the lock is ours the moment the predecessor dies. The kernel's wait
    // has no timeout: a lock granted after ours has passed is released at once.
    private static InstanceLock? Wait(string path, string socketPath, TimeSpan timeout)
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
                // The system has no lock left, or the file cannot be opened. The waiting caller reports it.
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

        // A holder whose socket file was removed republishes it. The watch begins before the look, so that a publication in between is not missed.
        using FileSystemWatcher? watcher = PublishedSocket.Watch(socketPath, settled.Set);
        if (!PublishedSocket.IsServed(socketPath))
        {
            _ = settled.Wait(timeout);
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

        // Without a thread, the next look notices the holder's end.
        _ = OwnThread.TryStart("DaemonRpc instance lock", () =>
        {
            try
            {
                _ = process.Wait(deadline.Left);
                news.Set();
            }
            catch (ObjectDisposedException)
            {
                // Nobody waits any more: the holder was reached before this thread began.
            }
        });
    }

    /// <summary>Returns the lock's name in the kernel. Null when the file's folder has no parent.</summary>
    /// <remarks>
    /// The name is built from the identity of the parent folder, not from its path: different paths may lead to the same folder, and the same
    /// path may name another folder in a container or under a private /tmp. The parent folder cannot be deleted without all its contents.
    /// </remarks>
    private static string? NameOf(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        return OperatingSystem.IsLinux() && Path.GetDirectoryName(folder) is { } parent && FileIdentity.OfTarget(parent) is { } identity
            ? $"daemonrpc-{LibC.EffectiveUserId()}-{NameHash.Of($"{identity.Device}:{identity.Inode}/{Path.GetFileName(folder)}/{Path.GetFileName(path)}")}"
            : null;
    }
}
