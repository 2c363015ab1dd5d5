using System.Globalization;
using System.Text;

namespace DaemonRpc.Platform;

/// <summary>A mark that a lock's holder writes into the lock's file, to identify it when the kernel cannot.</summary>
/// <remarks>
/// Format, in ASCII: process id, time of writing (milliseconds of the boot clock), pid namespace; separated by blanks,
/// padded with blanks, ended by a line feed. If the process id has been reused, the process's start is later than the mark.
/// </remarks>
internal static unsafe class HolderMark
{
    /// <summary>The mark's size in bytes.</summary>
    public const int Size = 64;

    /// <summary>Writes the mark of this process.</summary>
    /// <exception cref="IOException">An older mark exists and can be neither replaced nor removed: it would name a dead process.</exception>
    public static void Write(int descriptor, string path)
    {
        string text = string.Join(
            ' ',
            Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            ProcessTime.Now.ToString(CultureInfo.InvariantCulture),
            Namespace.ToString(CultureInfo.InvariantCulture));
        byte[] bytes = Encoding.ASCII.GetBytes(text.PadRight(Size - 1) + "\n");
        fixed (byte* first = bytes)
        {
            // A full disk may have no room for the mark. The file must then contain none at all.
            if (LibC.WriteAt(descriptor, first, bytes.Length, 0) != bytes.Length && LibC.Truncate(descriptor, 0) < 0)
            {
                throw SystemError.Exception("write", path);
            }
        }
    }

    /// <summary>Returns the process that wrote the mark, or 0 when it is unknown.</summary>
    /// <param name="descriptor">The lock's file.</param>
    /// <param name="hasDied">Whether the process has certainly ended.</param>
    public static int Read(int descriptor, out bool hasDied)
    {
        hasDied = false;
        byte* bytes = stackalloc byte[Size];
        if (LibC.ReadAt(descriptor, bytes, Size, 0) != Size)
        {
            return 0;
        }

        string[] words = Encoding.ASCII.GetString(bytes, Size).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length != 3
            || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long written)
            || !ulong.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong space)
            || space == 0 || space != Namespace || process <= 0)
        {
            return 0;
        }

        // Ask the kernel, not /proc, which may hide processes.
        hasDied = LibC.Kill(process, 0) < 0 && SystemError.Last == Constants.NoSuchProcess;

        // A reused number does not prove that the holder died, because clocks can differ. The holder is then unknown.
        return !hasDied && ProcessTime.Of(process) is { } now && now.StartedAt <= written + ProcessTime.Resolution ? process : 0;
    }

    /// <summary>The pid namespace in which this process's id is valid; 0 when unknown.</summary>
    private static ulong Namespace => OperatingSystem.IsMacOS() ? 1 : FileIdentity.OfTarget("/proc/self/ns/pid")?.Inode ?? 0;
}
