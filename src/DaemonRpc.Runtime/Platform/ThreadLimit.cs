using System.Globalization;

namespace DaemonRpc.Platform;

/// <summary>The limits on this process's threads, and the exception that reports them.</summary>
internal static unsafe class ThreadLimit
{
    private const string Root = "/sys/fs/cgroup";
    private const string File = "pids.max";

    /// <summary>Creates the exception for a caller who could not get a thread. Its message names the limits.</summary>
    public static DaemonException Exception() => new(
        $"This process, {Environment.ProcessId}, could not start a thread: the system gives its user or its control group no more. "
        + $"The limits are: processes and threads of the user (ulimit -u, RLIMIT_NPROC) {Text(OfUser)}; tasks of the control group (pids.max, TasksMax) {Text(OfControlGroup)}. "
        + "End programs that have many threads, or raise the limit.");

    /// <summary>The lowest thread limit that applies to this process. Unreadable limits do not count.</summary>
    public static long Lowest => Math.Min(OfUser() ?? long.MaxValue, OfControlGroup() ?? long.MaxValue);

    private static string Text(Func<long?> limit) => limit() switch
    {
        null => "unknown",
        long.MaxValue => "unlimited",
        { } number => number.ToString(CultureInfo.InvariantCulture),
    };

    private static long? OfUser()
    {
        nuint* pair = stackalloc nuint[2];
        return LibC.GetLimit(Constants.ProcessesLimit, pair) < 0 ? null : pair[0] >= (nuint)nint.MaxValue ? long.MaxValue : (long)pair[0];
    }

    /// <summary>
    /// The lowest limit of this process's control group and its ancestors, which belong to a container or a service. Linux only; may be hidden.
    /// </summary>
    private static long? OfControlGroup()
    {
        try
        {
            // "0::/path" where there is one tree of groups, "8:pids:/path" where each controller has its own.
            string[][] groups = [.. System.IO.File.ReadLines("/proc/self/cgroup").Select(static line => line.Split(':', 3)).Where(static words => words.Length == 3)];
            string[]? own = Array.Find(groups, static words => words[1].Split(',').Contains("pids"));
            return own is not null ? Lower($"{Root}/pids", own[2])
                : Array.Find(groups, static words => words[0] == "0") is { } single ? Lower(Root, single[2])
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? Lower(string root, string group)
    {
        long? lowest = null;
        for (string? at = group; at is not null; at = Path.GetDirectoryName(at))
        {
            string path = $"{root}{at}/{File}";

            // The root group has no such file; groups outside a container are not visible from inside.
            if (System.IO.File.Exists(path))
            {
                string text = System.IO.File.ReadAllText(path).Trim();
                long limit = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : long.MaxValue;
                lowest = Math.Min(lowest ?? long.MaxValue, limit);
            }
        }

        return lowest;
    }
}
