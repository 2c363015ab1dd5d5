namespace DaemonRpc.Tool.Checking;

/// <summary>Checks of what ends daemons when their user logs out: systemd-logind.</summary>
internal static class LogoutChecks
{
    private const string Lingering = "/var/lib/systemd/linger";

    private static readonly string[] s_folders = ["/usr/lib/systemd/logind.conf.d", "/usr/local/lib/systemd/logind.conf.d", "/run/systemd/logind.conf.d", "/etc/systemd/logind.conf.d"];

    public static IEnumerable<Finding> Of(string directory)
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/run/systemd/seats"))
        {
            yield break;
        }

        bool lingers = File.Exists(Path.Combine(Lingering, Environment.UserName));
        string mend = $"Run: loginctl enable-linger {Environment.UserName}";
        yield return KillsUserProcesses(SystemFile.Text("/etc/systemd/logind.conf") + string.Concat(Files().Select(static file => "\n" + SystemFile.Text(file)))) && !lingers
            ? Finding.Warning("logout", "The system ends all processes of a user who logs out, daemons too (KillUserProcesses=yes of logind).", mend)
            : Finding.Fine("logout", "Daemons survive the end of the session that they were started from.");
        if (directory.StartsWith("/run/user/", StringComparison.Ordinal) && !lingers)
        {
            yield return Finding.Warning(
                "lingering", $"'{directory}' is deleted when the user's last session ends: the daemons then finish their tasks and leave.", mend);
        }
    }

    /// <summary>Reads the settings of logind. The last one counts; the default is no.</summary>
    internal static bool KillsUserProcesses(string settings) =>
        Array.FindLast(settings.Split('\n', StringSplitOptions.TrimEntries), static line => line.StartsWith("KillUserProcesses=", StringComparison.Ordinal)) is { } line
        && line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim() is "yes" or "true" or "1" or "on";

    // Files of equal names replace each other, and their names order them.
    private static IEnumerable<string> Files() => s_folders.SelectMany(static folder => SystemFile.In(folder, "*.conf"))
        .GroupBy(Path.GetFileName).OrderBy(static files => files.Key, StringComparer.Ordinal).Select(static files => files.Last());
}
