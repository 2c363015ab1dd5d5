using DaemonRpc.Platform;

namespace DaemonRpc.Launch;

/// <summary>The folder with a user's sockets, locks, journals and logs. No other user may look into it.</summary>
internal static class RuntimeDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Returns the folder to use: the requested one, else <c>DAEMONRPC_DIR</c>, else the user's default.</summary>
    /// <exception cref="DaemonAccessException">The folder is not an absolute path, or no default is safe.</exception>
    public static string Resolve(string? requested)
    {
        string? chosen = string.IsNullOrEmpty(requested) ? Environment.GetEnvironmentVariable("DAEMONRPC_DIR") : requested;
        if (!string.IsNullOrEmpty(chosen) && !Path.IsPathFullyQualified(chosen))
        {
            throw new DaemonAccessException($"The runtime directory '{chosen}' is not an absolute path. Every working directory would have daemons of its own: set DAEMONRPC_DIR, or the option RuntimeDirectory, to an absolute path.");
        }

        // Without the trailing slash, which would make the system follow a symbolic link instead of examining it.
        return string.IsNullOrEmpty(chosen) ? DefaultDirectory.Choose() : Path.TrimEndingDirectorySeparator(Path.GetFullPath(chosen));
    }

    /// <summary>Creates the folder if it is missing, and checks that it belongs to this user alone and is writable.</summary>
    /// <exception cref="DaemonAccessException">The folder belongs to another user, is open to others, is read-only, or is a symbolic link.</exception>
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

    /// <summary>Checks that the folder belongs to this user alone.</summary>
    /// <exception cref="DaemonAccessException">The folder is missing, belongs to another user, is open to others, or is a symbolic link.</exception>
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

    /// <summary>Creates the folder and its missing parents, each for the owner alone, whatever the file mode mask.</summary>
    private static void Make(string path)
    {
        if (Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent))
        {
            Make(parent);
        }

        _ = Directory.CreateDirectory(path, OwnerOnly);
    }
}
