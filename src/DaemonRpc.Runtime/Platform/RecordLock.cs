using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>A POSIX record lock on a whole file. Held until disposed or until the process dies, whatever kills it.</summary>
/// <remarks>
/// A record lock, not a flock: children do not inherit it, it can be probed without being taken, and it names its holder.
/// Its trap: closing <em>any</em> descriptor of the file in the same process gives it up. So the file is opened exactly
/// once here, and <see cref="Probe"/> never opens a file whose lock this process holds.
/// </remarks>
internal sealed unsafe class RecordLock : IDisposable
{
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
    /// Linux before 5.11 takes a process's record locks away when one of several threads has it execute another program. So
    /// it is taken once more, which changes nothing where it was kept.
    /// </remarks>
    /// <exception cref="IOException">Another process had taken it in between.</exception>
    public static RecordLock Adopt(string path, int descriptor)
    {
        lock (s_heldGate)
        {
            _ = LibC.FileControl(descriptor, Constants.SetDescriptorFlags, Constants.CloseOnExec);
            if (!Control(descriptor, Numbers.Set, out _))
            {
                throw SystemError.Exception("keep the lock of", path);
            }

            s_held.Add(HeldFile.Of(path, descriptor));
            return new RecordLock(path, descriptor);
        }
    }

    /// <summary>The process that holds the lock, or 0 when nobody does. Does not take it.</summary>
    public static int Probe(string path)
    {
        lock (s_heldGate)
        {
            if (IsOurs(path))
            {
                return Environment.ProcessId;
            }

            int descriptor = LibC.Open(path, Constants.OpenReadWrite | Constants.OpenCloseOnExec, 0);
            if (descriptor < 0)
            {
                return SystemError.Last == Constants.NoSuchFile ? 0 : throw SystemError.Exception("open", path);
            }

            // Closed inside the gate: were the lock taken in between by this process, closing would give it up.
            try
            {
                return Control(descriptor, Numbers.Get, out int holder) ? holder : throw SystemError.Exception("probe the lock of", path);
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

        if (Control(descriptor, wait ? Numbers.SetWaiting : Numbers.Set, out _))
        {
            held = new RecordLock(path, descriptor);
            return true;
        }

        int error = SystemError.Last;
        lock (s_heldGate)
        {
            Forget(path);
            _ = LibC.Close(descriptor);
        }

        return error == Constants.AccessDenied || error == Constants.WouldBlock ? false : throw SystemError.Exception("lock", path, error);
    }

    private static bool Control(int descriptor, int command, out int holder)
    {
        int result;
        if (OperatingSystem.IsMacOS())
        {
            var region = new MacRegion { Type = Numbers.Write };
            do
            {
                result = LibC.FileControl(descriptor, command, (nint)(&region));
            }
            while (result < 0 && SystemError.Last == Constants.Interrupted);
            holder = region.Type == Numbers.Unlocked ? 0 : region.ProcessId;
        }
        else
        {
            var region = new LinuxRegion { Type = Numbers.Write };
            do
            {
                result = LibC.FileControl(descriptor, command, (nint)(&region));
            }
            while (result < 0 && SystemError.Last == Constants.Interrupted);
            holder = region.Type == Numbers.Unlocked ? 0 : region.ProcessId;
        }

        return result >= 0;
    }

    private sealed record HeldFile(string Path, ulong Device, ulong Inode)
    {
        public static HeldFile Of(string path, int descriptor) =>
            FileIdentity.OfDescriptor(descriptor) is { } file ? new HeldFile(path, file.Device, file.Inode) : new HeldFile(path, 0, 0);

        public bool IsFile(FileIdentity file) => file.Device == Device && file.Inode == Inode;
    }

    private static class Numbers
    {
        public static int Get => OperatingSystem.IsMacOS() ? 7 : 5;

        public static int Set => OperatingSystem.IsMacOS() ? 8 : 6;

        public static int SetWaiting => OperatingSystem.IsMacOS() ? 9 : 7;

        public static short Write => OperatingSystem.IsMacOS() ? (short)3 : (short)1;

        public static short Unlocked => 2;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct LinuxRegion
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int ProcessId;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MacRegion
    {
        public long Start;
        public long Length;
        public int ProcessId;
        public short Type;
        public short Whence;
    }
}
