using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.Platform;

/// <summary>A lock on a file, held until disposed or until the process dies, however it dies. Others can probe it and learn its holder.</summary>
/// <remarks>
/// No single kernel lock offers all of this, so a <see cref="RecordLock"/> takes two, on two bytes of the file:
/// <list type="bullet">
/// <item>A POSIX record lock names its holder, and children do not inherit it. But closing <em>any</em> descriptor of the file in the
/// same process releases it, and user code that reads the folder does so. So it is retaken now and then (<see cref="Renew"/>).</item>
/// <item>A lock of the open file description survives such a close. But it does not name its holder, and a child that gets the descriptor keeps it.</item>
/// </list>
/// The lock counts as held if either of the two is. The second is taken first, and waited for: its owner finds the first one free.
/// </remarks>
internal sealed class RecordLock : IDisposable
{
    // Builds that knew only one lock took it on the whole file: they and this build exclude each other.
    private const long NameByte = 0;
    private const long WitnessByte = 1;

    private static readonly Lock s_heldGate = new();
    // Compared by file identity too: links in the path may give one file two names.
    private static readonly List<HeldFile> s_held = [];

    private readonly string _path;
    private int _descriptor;

    private RecordLock(string path, int descriptor)
    {
        _path = path;
        _descriptor = descriptor;
    }

    /// <summary>Takes the lock, creating the file if needed. Returns false when another process holds it.</summary>
    public static bool TryAcquire(string path, [NotNullWhen(true)] out RecordLock? held) => Acquire(path, wait: false, out held);

    /// <summary>Takes the lock, waiting for its holder to release it or die. Blocks the thread without a timeout.</summary>
    public static RecordLock Acquire(string path) =>
        Acquire(path, wait: true, out RecordLock? held) ? held : throw SystemError.Exception("lock", path);

    /// <summary>Continues to hold a lock that the previous program in this process handed over.</summary>
    /// <remarks>
    /// The record lock was released on the way, when the previous program's descriptor table ended, and is taken again
    /// here; the other lock was held throughout.
    /// </remarks>
    /// <exception cref="IOException">Another process took the record lock in between.</exception>
    public static RecordLock Adopt(string path, int descriptor)
    {
        lock (s_heldGate)
        {
            _ = LibC.FileControl(descriptor, Constants.SetDescriptorFlags, Constants.CloseOnExec);
            if (TakeBoth(descriptor, wait: false) is not 0 and int error)
            {
                throw SystemError.Exception("keep the lock of", path, error);
            }

            s_held.Add(HeldFile.Of(path, descriptor));
            return new RecordLock(path, descriptor);
        }
    }

    /// <summary>Finds the lock's holder. Does not take the lock.</summary>
    public static LockHolder Probe(string path)
    {
        lock (s_heldGate)
        {
            if (IsOurs(path))
            {
                return new LockHolder(IsHeld: true, Environment.ProcessId) { IsNamedByKernel = true };
            }

            int descriptor = LibC.Open(path, Constants.OpenReadWrite | Constants.OpenCloseOnExec, 0);
            if (descriptor < 0)
            {
                return SystemError.Last == Constants.NoSuchFile ? LockHolder.Nobody : throw SystemError.Exception("open", path);
            }

            // Closed inside the gate: if this process took the lock in between, closing would release its record lock.
            try
            {
                return Probe(descriptor);
            }
            finally
            {
                _ = LibC.Close(descriptor);
            }
        }
    }

    /// <summary>Removes the lock's file if its holder has died while a child that it left behind keeps the lock. The next file is then a new one.</summary>
    /// <returns>False when the holder has not died, or the file was replaced meanwhile.</returns>
    public static bool TryAbandon(string path)
    {
        lock (s_heldGate)
        {
            int descriptor = LibC.Open(path, Constants.OpenReadWrite | Constants.OpenCloseOnExec | Constants.OpenNoFollow, 0);
            if (descriptor < 0)
            {
                return false;
            }

            // The record lock excludes others: a second process that would remove the file is refused, and one that is
            // taking the lock waits, and then sees that its file is gone. So the answers to the checks below stay true.
            try
            {
                return !IsOurs(path)
                    && ByteLock.Take(descriptor, NameByte, ByteLockOwner.Process, wait: false) == 0
                    && Probe(descriptor).HasDied
                    && FileIdentity.OfDescriptor(descriptor) is { } file && FileIdentity.OfPath(path) == file
                    && LibC.Unlink(path) == 0;
            }
            finally
            {
                _ = LibC.Close(descriptor);
            }
        }
    }

    /// <summary>The descriptor, for handing over in place. This object still closes it, which releases the lock.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Whether the path still names the locked file.</summary>
    public bool IsStillAtPath => FileIdentity.OfPath(_path) is { } atPath && FileIdentity.OfDescriptor(_descriptor) == atPath;

    /// <summary>Retakes the record lock, in case user code has closed a descriptor of the file, so that the kernel names this process again.</summary>
    public void Renew()
    {
        lock (s_heldGate)
        {
            if (_descriptor >= 0)
            {
                // Fails while another process checks whether the lock is abandoned. The next renewal repairs that.
                _ = ByteLock.Take(_descriptor, NameByte, ByteLockOwner.Process, wait: false);
            }
        }
    }

    public void Dispose()
    {
        lock (s_heldGate)
        {
            int descriptor = Interlocked.Exchange(ref _descriptor, -1);
            if (descriptor >= 0)
            {
                Forget(_path);
                _ = LibC.Close(descriptor);
            }
        }
    }

    private static LockHolder Probe(int descriptor)
    {
        bool isNamed = ByteLock.IsTaken(descriptor, NameByte, out int holder);
        if (isNamed && holder > 0)
        {
            return new LockHolder(IsHeld: true, holder) { IsNamedByKernel = true };
        }

        if (!ByteLock.IsTaken(descriptor, WitnessByte, out _))
        {
            return new LockHolder(isNamed);
        }

        int marked = HolderMark.Read(descriptor, out bool hasDied);
        return new LockHolder(IsHeld: true, marked) { HasDied = hasDied && !isNamed };
    }

    private static bool IsOurs(string path)
    {
        if (s_held.Count == 0)
        {
            return false;
        }

        FileIdentity? file = FileIdentity.OfPath(path);
        return s_held.Exists(held => held.Path == path || (file is { } one && held.IsFile(one)));
    }

    private static void Forget(string path) => s_held.RemoveAll(held => held.Path == path);

    private static bool Acquire(string path, bool wait, [NotNullWhen(true)] out RecordLock? held)
    {
        int descriptor;
        held = null;
        lock (s_heldGate)
        {
            // The kernel grants a record lock again to its own holder, so this process must exclude itself.
            if (IsOurs(path))
            {
                return false;
            }

            descriptor = LibC.Open(
                path, Constants.OpenReadWrite | Constants.OpenCreate | Constants.OpenCloseOnExec | Constants.OpenNoFollow, 0x180 /* 0600 */);
            s_held.Add(descriptor >= 0 ? HeldFile.Of(path, descriptor) : throw SystemError.Exception("open", path));
        }

        int error = TakeBoth(descriptor, wait);
        try
        {
            if (error == 0)
            {
                HolderMark.Write(descriptor, path);
                held = new RecordLock(path, descriptor);
                return true;
            }
        }
        finally
        {
            if (held is null)
            {
                lock (s_heldGate)
                {
                    Forget(path);
                    _ = LibC.Close(descriptor);
                }
            }
        }

        return error == Constants.AccessDenied || error == Constants.WouldBlock ? false : throw SystemError.Exception("lock", path, error);
    }

    private static int TakeBoth(int descriptor, bool wait)
    {
        int error = ByteLock.Take(descriptor, WitnessByte, ByteLockOwner.Description, wait);

        // The system or file system does not support such locks: rely on the record lock alone.
        return error is 0 or Constants.InvalidArgument ? ByteLock.Take(descriptor, NameByte, ByteLockOwner.Process, wait) : error;
    }

    private sealed record HeldFile(string Path, ulong Device, ulong Inode)
    {
        public static HeldFile Of(string path, int descriptor) =>
            FileIdentity.OfDescriptor(descriptor) is { } file ? new HeldFile(path, file.Device, file.Inode) : new HeldFile(path, 0, 0);

        public bool IsFile(FileIdentity file) => file.Device == Device && file.Inode == Inode;
    }
}
