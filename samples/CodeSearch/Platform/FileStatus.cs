using System.Runtime.InteropServices;

namespace CodeSearch.Platform;

/// <summary>What an entry of a directory is. Symbolic links, pipes, sockets and devices are <see cref="Other"/>.</summary>
internal enum FileKind
{
    Other,
    File,
    Directory,
}

/// <summary>Kind and stamp of an entry of the file system. A symbolic link is described itself, not its target.</summary>
internal readonly record struct FileStatus(FileKind Kind, FileStamp Stamp)
{
    /// <summary>Asks the kernel. Returns 0, or the error number.</summary>
    /// <param name="path">The path in UTF-8, ended by a zero byte.</param>
    /// <param name="status">What the entry is.</param>
    public static int TryRead(ReadOnlySpan<byte> path, out FileStatus status) =>
        OperatingSystem.IsMacOS() ? MacStat.TryRead(path, out status) : LinuxStatx.TryRead(path, out status);

    /// <summary>As <see cref="TryRead(ReadOnlySpan{byte}, out FileStatus)"/>, for a path that is a string.</summary>
    public static int TryRead(string path, out FileStatus status)
    {
        byte[] bytes = new byte[System.Text.Encoding.UTF8.GetByteCount(path) + 1];
        System.Text.Encoding.UTF8.GetBytes(path, bytes);
        return TryRead(bytes, out status);
    }

    /// <summary>The text of an error number, as other tools print it.</summary>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);

    /// <summary>The kind that is encoded in a mode.</summary>
    internal static FileKind KindOf(int mode) => (mode & 0xF000) switch
    {
        0x8000 => FileKind.File,
        0x4000 => FileKind.Directory,
        _ => FileKind.Other,
    };
}
