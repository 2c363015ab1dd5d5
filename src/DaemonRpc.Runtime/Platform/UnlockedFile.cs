using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Platform;

/// <summary>Opens files that others lock.</summary>
internal static class UnlockedFile
{
    /// <summary>Opens a file for reading. Never waits, also where somebody has put a pipe in its place.</summary>
    /// <remarks>
    /// Not by the framework's own open, which takes a shared lock for as long as the file is read: it would be refused while another
    /// process has a lock, and keep that process from getting one.
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream Open(string path)
    {
        int descriptor = LibC.Open(path, Constants.OpenReadOnly | Constants.OpenCloseOnExec | Constants.OpenNoFollow | Constants.NonBlocking, 0);
        return descriptor >= 0 ? new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read)
            : SystemError.Last == Constants.NoSuchFile ? throw new FileNotFoundException($"There is no file '{path}'.", path)
            : throw SystemError.Exception("open", path);
    }
}
