using System.Globalization;
using System.Text;

namespace DaemonRpc.Platform;

/// <summary>What the process that takes a lock writes into the lock's file: who it is, for when the kernel cannot name it.</summary>
/// <remarks>
/// <code>
/// process id, when it was written (milliseconds of the boot's clock), pid namespace; blanks between, blanks behind, a line feed
/// </code>
/// A number that has come to mean another process is recognised by that process's start, which is later than the mark.
/// </remarks>
internal static unsafe class HolderMark
{
    /// <summary>How many bytes it takes.</summary>
    public const int Size = 64;

    /// <summary>Writes the mark of this process.</summary>
    /// <exception cref="IOException">An older mark is there and can be neither replaced nor removed: it would speak for the dead.</exception>
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
            // A disk that is full has no room for a mark, and then none is the truth.
            if (LibC.WriteAt(descriptor, first, bytes.Length, 0) != bytes.Length && LibC.Truncate(descriptor, 0) < 0)
            {
                throw SystemError.Exception("write", path);
            }
        }
    }

    /// <summary>Who wrote the mark, and whether that process has certainly ended. 0 when that cannot be told from here.</summary>
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

        // Asked of the kernel, not of /proc, which may hide processes.
        hasDied = LibC.Kill(process, 0) < 0 && SystemError.Last == Constants.NoSuchProcess;

        // A number that means another process by now proves nothing, as clocks can differ: then the holder is not known.
        return !hasDied && ProcessTime.Of(process) is { } now && now.StartedAt <= written + ProcessTime.Resolution ? process : 0;
    }

    /// <summary>Where this process's number is valid. 0 when that is not known.</summary>
    private static ulong Namespace => OperatingSystem.IsMacOS() ? 1 : FileIdentity.OfTarget("/proc/self/ns/pid")?.Inode ?? 0;
}
