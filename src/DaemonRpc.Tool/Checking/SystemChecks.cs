using System.Globalization;

namespace DaemonRpc.Tool.Checking;

/// <summary>Checks of the system's limits, which a daemon inherits from the client that starts it: here, from this shell.</summary>
internal static class SystemChecks
{
    private const long FewDescriptors = 256;
    private const long FewThreads = 256;

    public static IEnumerable<Finding> Of(string directory)
    {
        yield return OfNotifications(directory);
        if (!OperatingSystem.IsLinux())
        {
            yield break;
        }

        yield return OfLimit("descriptors", "Max open files", FewDescriptors, "open files", "ulimit -n 4096");
        yield return OfLimit("threads", "Max processes", FewThreads, "processes and threads", "ulimit -u 4096");
        string group = GroupOf(SystemFile.Text("/proc/self/cgroup"));
        yield return OfThreads(SystemFile.Text(Path.Combine(group, "pids.max")).Trim());
        yield return OfMemory(SystemFile.Text(Path.Combine(group, "memory.max")).Trim(), SystemFile.Lines(Path.Combine(group, "memory.events")));
    }

    /// <summary>Where the files of a process's control group are.</summary>
    internal static string GroupOf(string controlGroups) =>
        "/sys/fs/cgroup" + (Array.Find(controlGroups.Split('\n'), static line => line.StartsWith("0::", StringComparison.Ordinal))?[3..] ?? "");

    // Not what the kernel's settings say, but what the user still gets: editors and file managers use the notifications up.
    private static Finding OfNotifications(string directory)
    {
        string folder = Directory.Exists(directory) ? directory : Path.GetTempPath();
        try
        {
            using var watcher = new FileSystemWatcher(folder) { EnableRaisingEvents = true };
            return Finding.Fine("notifications", "The system notifies of changed files.");
        }
        catch (Exception exception) when (exception is IOException or ArgumentException)
        {
            return Finding.Warning(
                "notifications", $"The system gives no more notifications of changed files: {exception.Message} Daemons and clients look for themselves instead, and notice some things later.",
                "Run: sudo sysctl fs.inotify.max_user_instances=1024 fs.inotify.max_user_watches=524288");
        }
    }

    private static Finding OfLimit(string check, string name, long few, string what, string mend) => SoftLimit(SystemFile.Lines("/proc/self/limits"), name) switch
    {
        null => Finding.Fine(check, $"There is no limit of {what} for a process of this shell."),
        { } limit when limit >= few => Finding.Fine(check, Text($"A daemon that is started from this shell may have {limit} {what}.")),
        { } limit => Finding.Warning(check, Text($"A daemon that is started from this shell may have only {limit} {what}."), $"Run before the daemon is started: {mend}"),
    };

    /// <summary>The soft limit of a name in <c>/proc/self/limits</c>; null for none.</summary>
    internal static long? SoftLimit(string[] limits, string name) =>
        Array.Find(limits, line => line.StartsWith(name, StringComparison.Ordinal)) is { } found
        && long.TryParse(found[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null;

    private static Finding OfThreads(string most) => long.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) && limit < FewThreads
        ? Finding.Warning("pids", Text($"This control group may have only {limit} processes and threads together (pids.max)."), "Raise TasksMax= of the service, or --pids-limit of the container.")
        : Finding.Fine("pids", "This control group has room for a daemon's threads.");

    private static Finding OfMemory(string most, string[] events)
    {
        long killed = Array.Find(events, static line => line.StartsWith("oom_kill ", StringComparison.Ordinal)) is { } line
            && long.TryParse(line.Split(' ')[1], NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : 0;
        return killed > 0
            ? Finding.Warning(
                "memory", Text($"The kernel has killed {killed} processes of this control group for lack of memory (memory.max is {most})."), "Raise MemoryMax= of the service, or --memory of the container.")
            : Finding.Fine("memory", "No process of this control group was killed for lack of memory.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
