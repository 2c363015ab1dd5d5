using DaemonRpc.Platform;

namespace DaemonRpc.Launch;

/// <summary>The folder that holds a user's sockets, locks and logs. Nobody else may look into it.</summary>
internal static class RuntimeDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The folder to use: the one asked for, else <c>DAEMONRPC_DIR</c>, else the user's own.</summary>
    public static string Resolve(string? requested)
    {
        string? chosen = string.IsNullOrEmpty(requested) ? Environment.GetEnvironmentVariable("DAEMONRPC_DIR") : requested;
        if (!string.IsNullOrEmpty(chosen) && !Path.IsPathFullyQualified(chosen))
        {
            throw new DaemonAccessException($"The runtime directory '{chosen}' is not an absolute path. Every working directory would have daemons of its own: set DAEMONRPC_DIR, or the option RuntimeDirectory, to an absolute path.");
        }

        // Without the closing slash, which would have the system look behind a symbolic link instead of at it.
        return string.IsNullOrEmpty(chosen) ? DefaultDirectory.Choose() : Path.TrimEndingDirectorySeparator(Path.GetFullPath(chosen));
    }

    /// <summary>Makes the folder if it is missing, and proves that it is ours alone and can be written to.</summary>
    /// <exception cref="DaemonAccessException">It is somebody else's, open to others, read-only, or a symbolic link.</exception>
    public static void Prepare(string path)
    {
        if (FileIdentity.OfPath(path) is null)
        {
            try
            {
                Make(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new DaemonAccessException($"The runtime directory '{path}' cannot be made: {exception.Message.TrimEnd('.')}. Set DAEMONRPC_DIR to a folder of yours.", exception);
            }
        }

        Verify(path);
        if (!LibC.MayWrite(path))
        {
            throw new DaemonAccessException($"The runtime directory '{path}' cannot be written to: {SystemError.Reason(SystemError.Last)}. Make it writable, or set DAEMONRPC_DIR to a folder of yours.");
        }
    }

    /// <summary>Proves that the folder is ours alone.</summary>
    /// <exception cref="DaemonAccessException">It is missing, somebody else's, open to others, or a symbolic link.</exception>
    public static void Verify(string path)
    {
        if (FileIdentity.OfPath(path) is not { } identity)
        {
            throw new DaemonAccessException($"The runtime directory '{path}' does not exist or cannot be seen.");
        }

        if (!identity.IsDirectory)
        {
            throw new DaemonAccessException($"The runtime directory '{path}' is not a directory (a symbolic link is not accepted either). Remove it, or set DAEMONRPC_DIR to a folder of yours.");
        }

        if (identity.UserId != LibC.EffectiveUserId())
        {
            throw new DaemonAccessException($"The runtime directory '{path}' belongs to user {identity.UserId}, not to you (user {LibC.EffectiveUserId()}). Set DAEMONRPC_DIR to a folder of yours.");
        }

        if (identity.IsOpenToOthers)
        {
            throw new DaemonAccessException($"The runtime directory '{path}' is open to other users. Run: chmod 700 '{path}'");
        }
    }

    /// <summary>Makes the folder and those above it that are missing. All are the owner's alone, whatever the mask says.</summary>
    private static void Make(string path)
    {
        if (Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent))
        {
            Make(parent);
        }

        _ = Directory.CreateDirectory(path, OwnerOnly);
    }
}
