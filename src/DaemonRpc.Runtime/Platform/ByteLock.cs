using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Whose a lock of a byte is, and so what ends it.</summary>
internal enum ByteLockOwner
{
    /// <summary>The process's: children do not get it, and the kernel names its holder. Closing any descriptor of the file ends it.</summary>
    Process,

    /// <summary>The open file description's: it ends when the last copy of the descriptor is closed, children's copies too. It has no name.</summary>
    Description,
}

/// <summary>Locks single bytes of a file through one of its descriptors.</summary>
internal static unsafe class ByteLock
{
    /// <summary>Takes the lock, or makes certain of one that is had already.</summary>
    /// <param name="descriptor">The file, open for writing.</param>
    /// <param name="offset">Which byte. It need not exist.</param>
    /// <param name="owner">Whose the lock is to be.</param>
    /// <param name="wait">Whether to wait for whoever holds it, in the kernel's queue and without limit.</param>
    /// <returns>0, or the number of the error.</returns>
    public static int Take(int descriptor, long offset, ByteLockOwner owner, bool wait)
    {
        var region = new Region { Offset = offset };
        int command = owner == ByteLockOwner.Process
            ? (wait ? Numbers.SetWaiting : Numbers.Set)
            : (wait ? Numbers.SetDescriptionWaiting : Numbers.SetDescription);
        return Control(descriptor, command, ref region);
    }

    /// <summary>Asks who keeps this process from taking the lock of a byte, whichever kind of lock it is.</summary>
    /// <param name="descriptor">The file.</param>
    /// <param name="offset">Which byte.</param>
    /// <param name="holder">The process in the kernel's words: 0 when it is in another pid namespace, -1 when no process owns the lock.</param>
    /// <returns>Whether anybody does.</returns>
    /// <exception cref="IOException">The file system cannot tell.</exception>
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
