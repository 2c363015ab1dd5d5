using DaemonRpc.Platform;

namespace DaemonRpc.Launch;

/// <summary>
/// Records whether the current or last daemon's handler was created: the instance lock's file is then one byte longer than the holder's mark.
/// </summary>
/// <remarks>
/// Works on the file's name, because a process that opened and closed the file would lose its lock. If the file is
/// gone, nothing is recorded; the daemon is leaving anyway.
/// </remarks>
internal static class HandlerMark
{
    /// <summary>Sets or clears the mark. Only for the lock's holder.</summary>
    public static void Set(string lockPath, bool isMade) => _ = LibC.Truncate(lockPath, isMade ? HolderMark.Size + 1 : HolderMark.Size);

    /// <summary>Returns whether the handler was created.</summary>
    public static bool IsSet(string lockPath) => new FileInfo(lockPath) is { Exists: true, Length: > HolderMark.Size };
}
