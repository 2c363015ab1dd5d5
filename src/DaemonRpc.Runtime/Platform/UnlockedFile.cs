using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Platform;

/// <summary>Opens files that other processes lock.</summary>
internal static class UnlockedFile
{
    /// <summary>Opens a file for reading. Never blocks, even if somebody has put a pipe in its place.</summary>
    /// <remarks>
    /// The framework's own open takes a shared lock while the file is read: it would fail while another process has a
    /// lock, and keep that process from getting one.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="followLinks">Whether a symbolic link at the path is followed instead of refused.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static FileStream Open(string path, bool followLinks = false)
    {
        int flags = Constants.OpenReadOnly | Constants.OpenCloseOnExec | Constants.NonBlocking | (followLinks ? 0 : Constants.OpenNoFollow);
        int descriptor = LibC.Open(path, flags, 0);
        return descriptor >= 0 ? new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read)
            : SystemError.Last == Constants.NoSuchFile ? throw new FileNotFoundException($"There is no file '{path}'.", path)
            : throw SystemError.Exception("open", path);
    }
}
