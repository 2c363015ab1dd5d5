namespace DaemonRpc.Platform;

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
        return string.IsNullOrEmpty(chosen) ? Default() : Path.TrimEndingDirectorySeparator(Path.GetFullPath(chosen));
    }

    /// <summary>Makes the folder if it is missing, and proves that it is ours alone.</summary>
    /// <exception cref="DaemonAccessException">It is somebody else's, open to others, or a symbolic link.</exception>
    public static void Prepare(string path)
    {
        if (FileIdentity.OfPath(path) is null)
        {
            try
            {
                // Parents that are missing get the usual mode: nothing is in them but this folder.
                _ = Directory.CreateDirectory(path, OwnerOnly);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new DaemonAccessException($"The runtime directory '{path}' cannot be made: {exception.Message} Set DAEMONRPC_DIR to a folder of yours.", exception);
            }
        }

        Verify(path);
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

    private static string Default()
    {
        uint user = LibC.EffectiveUserId();
        if (!OperatingSystem.IsMacOS() && IsOurs($"/run/user/{user}", user))
        {
            return $"/run/user/{user}/daemonrpc";
        }

        if (OperatingSystem.IsMacOS() && IsOurs(Path.TrimEndingDirectorySeparator(Path.GetTempPath()), user))
        {
            return Path.Combine(Path.GetTempPath(), "daemonrpc");
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0 && home.Length < LongestHome && IsOurs(home, user)
            ? Path.Combine(home, ".local", "state", "daemonrpc")
            : Path.Combine("/tmp", $"daemonrpc-{user}");
    }

    // The longest name we put below it, and the 104 bytes of a socket path on macOS, leave this much for the home.
    private const int LongestHome = 50;

    private static bool IsOurs(string path, uint user) =>
        FileIdentity.OfPath(path) is { IsDirectory: true } identity && identity.UserId == user;
}
