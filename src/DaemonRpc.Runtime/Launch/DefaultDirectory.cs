using System.Text;
using DaemonRpc.Platform;

namespace DaemonRpc.Launch;

/// <summary>Chooses the runtime directory when nobody names one: the same for all of a user's processes, as far as possible.</summary>
/// <remarks>
/// The choice depends on what the system reports about a folder, never on a variable such as <c>XDG_RUNTIME_DIR</c>,
/// which cron, ssh and sudo drop or leave to another user. Folders in which another user could replace ours are skipped.
/// </remarks>
internal static class DefaultDirectory
{
    // The longest socket path on macOS, which allows the fewest bytes, minus the longest file name in the folder.
    private const int MostBytes = 103 - 27;

    /// <summary>Chooses the directory.</summary>
    /// <exception cref="DaemonAccessException">Only the temporary folder is left, and others may change its contents.</exception>
    public static string Choose()
    {
        uint user = LibC.EffectiveUserId();
        string? own = OperatingSystem.IsMacOS()
            ? Below(Path.GetTempPath(), ["daemonrpc"], user)
            : Below($"/run/user/{user}", ["daemonrpc"], user);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        return own ?? Below(home, [".local", "state", "daemonrpc"], user) ?? InShared("/tmp", user);
    }

    /// <summary>
    /// Returns the folder below an anchor that is ours; null when the anchor is not ours, others could replace a folder
    /// in between, or nothing can be written there.
    /// </summary>
    internal static string? Below(string anchor, ReadOnlySpan<string> names, uint user)
    {
        string path = Path.TrimEndingDirectorySeparator(anchor);
        if (!Path.IsPathFullyQualified(path) || FileIdentity.OfPath(path) is not { } identity || identity.UserId != user || !IsSafe(identity, user))
        {
            return null;
        }

        foreach (string name in names[..^1])
        {
            path = Path.Combine(path, name);

            // A missing folder will be created for this user alone.
            if (FileIdentity.OfPath(path) is { } between && !IsSafe(between, user))
            {
                return null;
            }
        }

        path = Path.Combine(path, names[^1]);
        return Encoding.UTF8.GetByteCount(path) <= MostBytes && CanBeWritten(path) ? path : null;
    }

    /// <summary>Returns whether the folder is writable or can be created. It is neither on a read-only file system, as some homes are.</summary>
    private static bool CanBeWritten(string path)
    {
        string existing = path;
        while (FileIdentity.OfPath(existing) is null && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        return LibC.MayWrite(existing);
    }

    /// <summary>Returns the user's folder within a folder that all users share.</summary>
    internal static string InShared(string shared, uint user)
    {
        // The trailing slash makes the system follow a link: on some systems /tmp is a link, which only root can change.
        return FileIdentity.OfPath(shared + "/") is { } identity && IsSafe(identity, user)
            ? Path.Combine(shared, $"daemonrpc-{user}")
            : throw new DaemonAccessException(
                $"There is no place for the runtime directory: neither a folder of user {user}'s own was found, nor does '{shared}' keep its users' folders apart (is it there, and sticky?). "
                + "Set DAEMONRPC_DIR to a folder of yours.");
    }

    /// <summary>
    /// Returns whether only this user and root can replace the folder's contents. In a user namespace, outside root appears under an ambiguous id.
    /// </summary>
    private static bool IsSafe(FileIdentity folder, uint user) =>
        folder.IsDirectory && (folder.UserId == user || folder.UserId == 0 || UserNamespace.IsAmbiguous((int)folder.UserId))
        && (!folder.IsWritableByOthers || folder.IsSticky);
}
