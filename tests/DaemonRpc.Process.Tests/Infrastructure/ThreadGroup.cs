using System.Globalization;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>A control group whose processes together get so many threads and no more, whoever's they are: as a container or a service limits them.</summary>
internal sealed class ThreadGroup : IDisposable
{
    // Where the controller has a tree of its own. In a single tree only whoever delegates it can add a group.
    private const string Root = "/sys/fs/cgroup/pids";

    private ThreadGroup(string path) => Path = path;

    /// <summary>Its folder. A process enters by writing its number to <c>cgroup.procs</c> in it.</summary>
    public string Path { get; }

    /// <summary>Null where no group can be made.</summary>
    public static ThreadGroup? TryMake(int most)
    {
        string path = System.IO.Path.Combine(Root, $"drpc-{Guid.NewGuid():N}");
        try
        {
            if (!Directory.Exists(Root))
            {
                return null;
            }

            _ = Directory.CreateDirectory(path);
            File.WriteAllText(System.IO.Path.Combine(path, "pids.max"), most.ToString(CultureInfo.InvariantCulture));
            return new ThreadGroup(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Has the system give its processes no thread more than they have now.</summary>
    public void Exhaust() => File.WriteAllText(System.IO.Path.Combine(Path, "pids.max"), File.ReadAllText(System.IO.Path.Combine(Path, "pids.current")));

    /// <summary>How often a thread was refused.</summary>
    public long Refused => File.ReadLines(System.IO.Path.Combine(Path, "pids.events"))
        .Select(static line => line.Split(' '))
        .Where(static words => words[0] == "max")
        .Sum(static words => long.Parse(words[1], CultureInfo.InvariantCulture));

    /// <summary>Removes it. Its processes must have ended.</summary>
    public void Dispose() => Directory.Delete(Path);
}
