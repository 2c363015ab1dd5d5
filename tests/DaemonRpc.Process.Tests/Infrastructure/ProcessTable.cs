using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>What Linux tells of processes.</summary>
internal static class ProcessTable
{
    /// <summary>All processes that have anything to do with a folder: a file open in it, or its name in their environment or command line.</summary>
    public static IReadOnlyList<int> Touching(string folder) =>
        [.. All().Where(processId => processId != Environment.ProcessId && Touches(processId, folder))];

    /// <summary>What the open descriptors of a process are, by number.</summary>
    public static IReadOnlyDictionary<int, string> Descriptors(int processId)
    {
        var descriptors = new Dictionary<int, string>();
        foreach (string entry in Try(() => Directory.GetFiles($"/proc/{processId}/fd"), []))
        {
            if (Try(() => new FileInfo(entry).LinkTarget, null) is { } target)
            {
                descriptors[int.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture)] = target;
            }
        }

        return descriptors;
    }

    public static string EnvironmentOf(int processId) => Text(processId, "environ");

    public static string CommandLine(int processId) => Text(processId, "cmdline").Replace('\0', ' ');

    public static string? WorkingDirectory(int processId) => new DirectoryInfo($"/proc/{processId}/cwd").LinkTarget;

    /// <summary>A line of <c>/proc/…/status</c>, such as <c>Umask</c>.</summary>
    public static string Status(int processId, string name) => Text(processId, "status")
        .Split('\n').Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    /// <summary>Returns the status line of each of a process's threads; an empty line for a thread that ends meanwhile.</summary>
    public static IReadOnlyList<string> ThreadStatuses(int processId, string name) =>
        [.. Directory.GetDirectories($"/proc/{processId}/task").Select(thread => Text(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), "status")
            .Split('\n').FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal), $"{name}:")[(name.Length + 1)..].Trim())];

    /// <summary>Waits until every thread of a process that was sent SIGSTOP has stopped, which the system tells nobody but its parent.</summary>
    public static async Task StoppedAsync(int processId)
    {
        long start = Stopwatch.GetTimestamp();
        while (ThreadStatuses(processId, "State").Any(state => !state.StartsWith('T')))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Limits.Generous, $"Process {processId} did not stop.");
            await Task.Yield();
        }
    }

    /// <summary>The names of its threads, cut by the kernel after 15 letters.</summary>
    public static IReadOnlyList<string> ThreadNames(int processId) =>
        [.. Try(() => Directory.GetDirectories($"/proc/{processId}/task"), []).Select(thread => Try(() => File.ReadAllText($"{thread}/comm").Trim(), "")).Where(name => name.Length > 0)];

    /// <summary>Its state in the kernel's letters, such as Z for a zombie; a blank when there is no such process.</summary>
    public static char State(int processId)
    {
        string text = Text(processId, "stat");
        return text.Length == 0 ? ' ' : text[text.LastIndexOf(')') + 2];
    }

    /// <summary>The children of a process that have ended and that it has not taken note of.</summary>
    public static IReadOnlyList<int> Zombies(int parent) => [.. All().Where(processId => Parent(processId) == parent && State(processId) == 'Z')];

    /// <summary>The process that a descriptor of this one holds; -1 when that has ended and been reaped, 0 when it is no such descriptor.</summary>
    public static int HeldProcess(int descriptor) => Text(Environment.ProcessId, $"fdinfo/{descriptor}")
        .Split('\n').FirstOrDefault(line => line.StartsWith("Pid:", StringComparison.Ordinal)) is { } line ? int.Parse(line[4..], CultureInfo.InvariantCulture) : 0;

    /// <summary>How many bytes it has read by system calls, mapped files not counted.</summary>
    public static long BytesRead(int processId) => Text(processId, "io")
        .Split('\n').FirstOrDefault(line => line.StartsWith("rchar:", StringComparison.Ordinal)) is { } line ? long.Parse(line[6..], CultureInfo.InvariantCulture) : 0;

    public static int Session(int processId) => (int)Statistic(processId, 3);

    public static int Parent(int processId) => (int)Statistic(processId, 1);

    /// <summary>When it was started, as the runtime writes it into file names beside the number, which others have had before.</summary>
    public static long StartTime(int processId) => Statistic(processId, 19);

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out int processId) ? processId : 0)
        .Where(processId => processId > 0);

    private static bool Touches(int processId, string folder) =>
        Descriptors(processId).Values.Any(target => target.StartsWith(folder, StringComparison.Ordinal))
        || Text(processId, "environ").Contains(folder, StringComparison.Ordinal)
        || Text(processId, "cmdline").Contains(folder, StringComparison.Ordinal)
        || Try(() => WorkingDirectory(processId), null)?.StartsWith(folder, StringComparison.Ordinal) == true;

    // After the name, which may hold blanks and parentheses of its own: state, parent, group, session, and much more.
    private static long Statistic(int processId, int index)
    {
        string text = Text(processId, "stat");
        if (text.Length == 0)
        {
            // It has ended and been reaped.
            return 0;
        }

        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[index], CultureInfo.InvariantCulture);
    }

    private static string Text(int processId, string file) =>
        Try(() => Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{processId}/{file}")), "");

    // A process that ended in between has nothing open and no text.
    private static T Try<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return otherwise;
        }
    }
}
