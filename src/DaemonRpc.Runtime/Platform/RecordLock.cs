using System.Diagnostics.CodeAnalysis;

namespace DaemonRpc.Platform;

/// <summary>A lock on a file, held until disposed or until the process dies, whatever kills it; it can be probed, and names its holder.</summary>
/// <remarks>
/// No one lock of the kernel does all that, so that two are taken, of two bytes of the file:
/// <list type="bullet">
/// <item>A POSIX record lock names its holder, and children do not get it. But closing <em>any</em> descriptor of the file in
/// the same process gives it up: user code that reads the folder does. So it is taken anew now and then (<see cref="Renew"/>).</item>
/// <item>A lock of the open file description is not lost by that. It has no name, and a child that gets the descriptor keeps it.</item>
/// </list>
/// Held is what either says is held. The second is taken first and waited for: who has it finds the first free.
/// </remarks>
internal sealed class RecordLock : IDisposable
{
    // Builds that knew one lock alone took it on the whole file: they and we exclude each other.
    private const long NameByte = 0;
    private const long WitnessByte = 1;

    private static readonly Lock s_heldGate = new();
    // By the file too: the same one may be named in two ways, as folders above it may be links.
    private static readonly List<HeldFile> s_held = [];

    private readonly string _path;
    private int _descriptor;

    private RecordLock(string path, int descriptor)
    {
        _path = path;
        _descriptor = descriptor;
    }

    /// <summary>Takes the lock, making the file if need be. False when another process holds it.</summary>
    public static bool TryAcquire(string path, [NotNullWhen(true)] out RecordLock? held) => Acquire(path, wait: false, out held);

    /// <summary>Takes the lock, waiting for its holder to let go or die. Blocks the thread without limit.</summary>
    public static RecordLock Acquire(string path) =>
        Acquire(path, wait: true, out RecordLock? held) ? held : throw SystemError.Exception("lock", path);

    /// <summary>Goes on with a lock that the program before had, in the same process: the descriptor was handed over.</summary>
    /// <remarks>
    /// The record lock was given up on the way, when the program before ended with its table of descriptors. It is taken once
    /// more; the other lock was held meanwhile.
    /// </remarks>
    /// <exception cref="IOException">Another process had taken it in between.</exception>
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

    /// <summary>Who holds the lock. Does not take it.</summary>
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

            // Closed inside the gate: were the lock taken in between by this process, closing would give up its name.
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

    /// <summary>Removes a lock's file whose holder has died while a child that it left behind keeps the lock. The next file is a new one.</summary>
    /// <returns>False when that is not so, or not any more.</returns>
    public static bool TryAbandon(string path)
    {
        lock (s_heldGate)
        {
            int descriptor = LibC.Open(path, Constants.OpenReadWrite | Constants.OpenCloseOnExec | Constants.OpenNoFollow, 0);
            if (descriptor < 0)
            {
                return false;
            }

            // Who has the record lock is alone with the file: another that would remove it is refused, and one that is just
            // taking the lock waits for us, and then sees that its file is gone. So what is asked now stays true.
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

    /// <summary>For handing over in place. It stays this object's to close, which gives the lock up.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Whether the locked file is still the one that the path names.</summary>
    public bool IsStillAtPath => FileIdentity.OfPath(_path) is { } atPath && FileIdentity.OfDescriptor(_descriptor) == atPath;

    /// <summary>Has the kernel name this process as the holder again, should user code have closed a descriptor of the file.</summary>
    public void Renew()
    {
        lock (s_heldGate)
        {
            if (_descriptor >= 0)
            {
                // Refused is who asks while another looks whether the lock is abandoned. The next look comes.
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
            // The kernel grants a record lock to its own holder again, so that this process must refuse itself.
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

        // A system, or a file system, that knows no such locks: the record lock has to do.
        return error is 0 or Constants.InvalidArgument ? ByteLock.Take(descriptor, NameByte, ByteLockOwner.Process, wait) : error;
    }

    private sealed record HeldFile(string Path, ulong Device, ulong Inode)
    {
        public static HeldFile Of(string path, int descriptor) =>
            FileIdentity.OfDescriptor(descriptor) is { } file ? new HeldFile(path, file.Device, file.Inode) : new HeldFile(path, 0, 0);

        public bool IsFile(FileIdentity file) => file.Device == Device && file.Inode == Inode;
    }
}
