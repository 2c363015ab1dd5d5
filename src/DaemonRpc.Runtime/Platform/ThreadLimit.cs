using System.Globalization;

namespace DaemonRpc.Platform;

/// <summary>Says why the system gives no more threads.</summary>
internal static unsafe class ThreadLimit
{
    /// <summary>What a caller is told that could not get a thread.</summary>
    public static DaemonException Exception() => new(
        $"This process, {Environment.ProcessId}, could not start a thread: the system gives its user or its control group no more. "
        + $"The limits are: {OfUser()}; {OfControlGroup()}. End programs that have many threads, or raise the limit.");

    private static string OfUser()
    {
        nuint* pair = stackalloc nuint[2];
        return "processes and threads of the user (ulimit -u, RLIMIT_NPROC) "
            + (LibC.GetLimit(Constants.ProcessesLimit, pair) < 0 ? "unknown"
                : pair[0] >= (nuint)nint.MaxValue ? "unlimited"
                : pair[0].ToString(CultureInfo.InvariantCulture));
    }

    // Of a container, or of a service (TasksMax). Only Linux has them; elsewhere, and where they are hidden, the name has to do.
    private static string OfControlGroup()
    {
        const string Root = "/sys/fs/cgroup";
        const string Name = "tasks of the control group (pids.max, TasksMax) ";
        try
        {
            string? group = File.ReadLines("/proc/self/cgroup").FirstOrDefault(static line => line.StartsWith("0::", StringComparison.Ordinal))?[3..];
            string path = $"{Root}{group}/pids.max";
            return Name + File.ReadAllText(File.Exists(path) ? path : $"{Root}/pids.max").Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Name + "unknown";
        }
    }
}
