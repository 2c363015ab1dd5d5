using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>The kind of owner that a byte's lock has. The lock ends with its owner.</summary>
internal enum ByteLockOwner
{
    /// <summary>The process. Children do not inherit the lock, and the kernel names its holder. Closing any descriptor of the file ends the lock.</summary>
    Process,

    /// <summary>
    /// The open file description. The lock ends when the last copy of the descriptor is closed, including children's
    /// copies. The kernel does not name its holder.
    /// </summary>
    Description,
}

/// <summary>Locks single bytes of a file through one of its descriptors.</summary>
internal static unsafe class ByteLock
{
    /// <summary>Takes the lock, or confirms it if the owner already has it.</summary>
    /// <param name="descriptor">The file, open for writing.</param>
    /// <param name="offset">The byte to lock. It need not exist.</param>
    /// <param name="owner">The lock's owner.</param>
    /// <param name="wait">Whether to wait for the current holder, in the kernel's queue and without a timeout.</param>
    /// <returns>0, or the error number.</returns>
    public static int Take(int descriptor, long offset, ByteLockOwner owner, bool wait)
    {
        var region = new Region { Offset = offset };
        int command = owner == ByteLockOwner.Process
            ? (wait ? Numbers.SetWaiting : Numbers.Set)
            : (wait ? Numbers.SetDescriptionWaiting : Numbers.SetDescription);
        return Control(descriptor, command, ref region);
    }

    /// <summary>Returns whether another process's lock, of either kind, keeps this process from locking a byte.</summary>
    /// <param name="descriptor">The file.</param>
    /// <param name="offset">The byte.</param>
    /// <param name="holder">
    /// The holder's process id as the kernel reports it: 0 for a process in another pid namespace, -1 when no process owns the lock.
    /// </param>
    /// <returns>Whether the byte is locked.</returns>
    /// <exception cref="IOException">The file system does not support asking for locks.</exception>
    public static bool IsTaken(int descriptor, long offset, out int holder)
    {
        var region = new Region { Offset = offset };
        int error = Control(descriptor, Numbers.Get, ref region);
        holder = region.ProcessId;
        return error == 0 ? region.IsTaken : throw SystemError.Exception("probe the lock of", $"descriptor {descriptor}", error);
    }

    private static int Control(int descriptor, int command, ref Region region)
    {
        int result;
        if (OperatingSystem.IsMacOS())
        {
            var raw = new MacRegion { Type = Numbers.Write, Start = region.Offset, Length = 1 };
            do
            {
                result = LibC.FileControl(descriptor, command, (nint)(&raw));
            }
            while (result < 0 && SystemError.Last == Constants.Interrupted);
            region.IsTaken = raw.Type != Numbers.Unlocked;
            region.ProcessId = raw.ProcessId;
        }
        else
        {
            var raw = new LinuxRegion { Type = Numbers.Write, Start = region.Offset, Length = 1 };
            do
            {
                result = LibC.FileControl(descriptor, command, (nint)(&raw));
            }
            while (result < 0 && SystemError.Last == Constants.Interrupted);
            region.IsTaken = raw.Type != Numbers.Unlocked;
            region.ProcessId = raw.ProcessId;
        }

        return result < 0 ? SystemError.Last : 0;
    }

    private static class Numbers
    {
        public static int Get => OperatingSystem.IsMacOS() ? 7 : 5;

        public static int Set => OperatingSystem.IsMacOS() ? 8 : 6;

        public static int SetWaiting => OperatingSystem.IsMacOS() ? 9 : 7;

        public static int SetDescription => OperatingSystem.IsMacOS() ? 90 : 37;

        public static int SetDescriptionWaiting => OperatingSystem.IsMacOS() ? 91 : 38;

        public static short Write => OperatingSystem.IsMacOS() ? (short)3 : (short)1;

        public static short Unlocked => 2;
    }

    private ref struct Region
    {
        public long Offset;
        public bool IsTaken;
        public int ProcessId;
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
