using DaemonRpc.Platform;

namespace DaemonRpc.Launch;

/// <summary>Says of the daemon that lives, or lived last, whether its handler was made: the instance lock's file is then one byte longer than the mark of its holder.</summary>
/// <remarks>
/// By the file's name alone. A process that opened it once more, and closed that, would lose its lock on it.
/// When the file is gone nothing can be said, and the daemon leaves anyway.
/// </remarks>
internal static class HandlerMark
{
    /// <summary>Sets or clears it. For who holds the lock.</summary>
    public static void Set(string lockPath, bool isMade) => _ = LibC.Truncate(lockPath, isMade ? HolderMark.Size + 1 : HolderMark.Size);

    /// <summary>Whether the handler was made.</summary>
    public static bool IsSet(string lockPath) => new FileInfo(lockPath) is { Exists: true, Length: > HolderMark.Size };
}
