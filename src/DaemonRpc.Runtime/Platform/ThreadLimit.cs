using System.Globalization;

namespace DaemonRpc.Platform;

/// <summary>How many threads the system gives at most, and what a caller is told who could not get one.</summary>
internal static unsafe class ThreadLimit
{
    private const string Root = "/sys/fs/cgroup";
    private const string File = "pids.max";

    /// <summary>What a caller is told that could not get a thread.</summary>
    public static DaemonException Exception() => new(
        $"This process, {Environment.ProcessId}, could not start a thread: the system gives its user or its control group no more. "
        + $"The limits are: processes and threads of the user (ulimit -u, RLIMIT_NPROC) {Text(OfUser)}; tasks of the control group (pids.max, TasksMax) {Text(OfControlGroup)}. "
        + "End programs that have many threads, or raise the limit.");

    /// <summary>The lower one of the limits that this process has; what cannot be read does not count.</summary>
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

    /// <summary>Of a container, or of a service; the lowest of those around it. Only Linux has them, and they may be hidden.</summary>
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

            // The topmost has none; nor, seen from within a container, what is outside of it.
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
