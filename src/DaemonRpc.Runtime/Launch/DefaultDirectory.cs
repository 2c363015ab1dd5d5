using System.Text;
using DaemonRpc.Platform;

namespace DaemonRpc.Launch;

/// <summary>Where the runtime directory is when nobody names one: the same for all of a user's processes, as far as can be.</summary>
/// <remarks>
/// A place is chosen by what the system says of it, never by a variable such as <c>XDG_RUNTIME_DIR</c>, which cron, ssh and
/// sudo drop or leave to another user. A place where somebody else could put another folder under our name is passed over.
/// </remarks>
internal static class DefaultDirectory
{
    // A socket's path on macOS, which allows the fewest bytes, less the longest name that we put into the folder.
    private const int MostBytes = 103 - 27;

    /// <exception cref="DaemonAccessException">No place is left but the temporary folder, and others may change what is in that.</exception>
    public static string Choose()
    {
        uint user = LibC.EffectiveUserId();
        string? own = OperatingSystem.IsMacOS()
            ? Below(Path.GetTempPath(), ["daemonrpc"], user)
            : Below($"/run/user/{user}", ["daemonrpc"], user);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        return own ?? Below(home, [".local", "state", "daemonrpc"], user) ?? InShared("/tmp", user);
    }

    /// <summary>The folder below one of ours; null when that is not ours, one between could be exchanged by others, or nothing can be written there.</summary>
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

            // One that is missing will be made for us alone.
            if (FileIdentity.OfPath(path) is { } between && !IsSafe(between, user))
            {
                return null;
            }
        }

        path = Path.Combine(path, names[^1]);
        return Encoding.UTF8.GetByteCount(path) <= MostBytes && CanBeWritten(path) ? path : null;
    }

    /// <summary>Whether there can be files in a folder, or it can be made: not on a file system that is mounted for reading only, as some homes are.</summary>
    private static bool CanBeWritten(string path)
    {
        string existing = path;
        while (FileIdentity.OfPath(existing) is null && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        return LibC.MayWrite(existing);
    }

    /// <summary>The folder in one that all users share.</summary>
    internal static string InShared(string shared, uint user)
    {
        // The slash has the system look behind a link: on some systems /tmp is one, which only root can change.
        return FileIdentity.OfPath(shared + "/") is { } identity && IsSafe(identity, user)
            ? Path.Combine(shared, $"daemonrpc-{user}")
            : throw new DaemonAccessException(
                $"There is no place for the runtime directory: neither a folder of user {user}'s own was found, nor does '{shared}' keep its users' folders apart (is it there, and sticky?). "
                + "Set DAEMONRPC_DIR to a folder of yours.");
    }

    /// <summary>Whether nobody but us and root can exchange what is in a folder. Where root outside of a namespace has no number inside, it is shown with an ambiguous one.</summary>
    private static bool IsSafe(FileIdentity folder, uint user) =>
        folder.IsDirectory && (folder.UserId == user || folder.UserId == 0 || UserNamespace.IsAmbiguous((int)folder.UserId))
        && (!folder.IsWritableByOthers || folder.IsSticky);
}
