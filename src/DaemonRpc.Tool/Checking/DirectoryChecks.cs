using System.Globalization;
using System.Text;
using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Checking;

/// <summary>Checks of the runtime directory and what lies there.</summary>
internal static class DirectoryChecks
{
    // The longest file name there is a hash of 20 characters, an extension, and a tilde.
    private const int LongestName = 27;
    private const long LeastFreeBytes = 16 * 1024 * 1024;

    private static readonly string[] s_kinds = [".sock", ".sock~", ".life", ".spawn", ".journal", ".journal.1", ".log", ".log.1"];

    /// <summary>Checks the folder. The folder itself was found usable before.</summary>
    public static IEnumerable<Finding> Of(string directory)
    {
        yield return OfPath(directory);
        if (!Directory.Exists(directory))
        {
            yield return Finding.Fine("directory", $"The runtime directory '{directory}' does not exist yet; the first client makes it.");
            yield break;
        }

        yield return Finding.Fine("directory", $"The runtime directory '{directory}' is yours alone.");
        yield return OfSpace(directory);
        foreach (Finding finding in OfPermissions(directory).Concat(OfUnknown(directory)))
        {
            yield return finding;
        }

        if (directory.StartsWith("/tmp/", StringComparison.Ordinal) || directory.StartsWith("/var/tmp/", StringComparison.Ordinal))
        {
            yield return Finding.Warning(
                "temporary", $"'{directory}' is in a temporary folder, in which many systems delete old files, so that a daemon that is not used for days loses its lock and leaves.",
                "Set DAEMONRPC_DIR to a folder elsewhere, in the environment of every client.");
        }
    }

    /// <summary>Why the folder cannot be used; the runtime's own message has the mend.</summary>
    public static Finding Unusable(DaemonAccessException exception) =>
        Finding.Problem("directory", exception.Message, "Do what the message says; until then, no daemon can be started or reached.");

    private static Finding OfPath(string directory)
    {
        int most = (OperatingSystem.IsMacOS() ? 103 : 107) - LongestName;
        int length = Encoding.UTF8.GetByteCount(directory);
        return length <= most
            ? Finding.Fine("path", Text($"The path is short enough for sockets ({length} of {most} bytes)."))
            : Finding.Problem("path", Text($"The path '{directory}' has {length} bytes, and a socket's path has room for {most}."), "Set DAEMONRPC_DIR to a shorter path.");
    }

    private static Finding OfSpace(string directory)
    {
        try
        {
            long free = new DriveInfo(directory).AvailableFreeSpace;
            return free >= LeastFreeBytes
                ? Finding.Fine("space", $"{PlainText.OfBytes(free)} are free for logs and journals.")
                : Finding.Warning("space", $"Only {PlainText.OfBytes(free)} are free: logs and journals will have gaps.", $"Free some space on the file system of '{directory}'.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Finding.Warning("space", $"The free space is unknown: {exception.Message}", $"Look at 'df {directory}'.");
        }
    }

    private static IEnumerable<Finding> OfPermissions(string directory)
    {
        const UnixFileMode Others = (UnixFileMode)0b000_111_111;
        string[] open = [.. SystemFile.In(directory, "*").Where(static path => IsOurs(path) && ModeOf(path) is { } mode && (mode & Others) != 0)];
        if (open.Length > 0)
        {
            string names = string.Join(' ', open.Select(static path => $"'{path}'"));
            yield return Finding.Warning(
                "permissions", Text($"{open.Length} files of daemons are open to other users, whom only the folder's mode keeps out: {names}."), $"Run: chmod 600 {names}");
        }
    }

    private static IEnumerable<Finding> OfUnknown(string directory)
    {
        string[] unknown = [.. SystemFile.In(directory, "*").Where(static path => !IsOurs(path)).Select(Path.GetFileName).OfType<string>()];
        if (unknown.Length > 0)
        {
            yield return Finding.Warning(
                "strangers", $"'{directory}' has files that are no daemon's: {string.Join(", ", unknown)}.", "Move them elsewhere: the folder is for daemons alone, and may be deleted with them.");
        }
    }

    private static bool IsOurs(string path)
    {
        string name = Path.GetFileName(path);
        return name.IndexOf('.', StringComparison.Ordinal) is > 0 and int dot && s_kinds.Contains(name[dot..]);
    }

    private static UnixFileMode? ModeOf(string path)
    {
        try
        {
            return File.GetUnixFileMode(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has just gone.
            return null;
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
