using System.Globalization;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;

namespace DaemonRpc.Tasks;

/// <summary>Tells a process which daemon's handler started it, through an environment variable that child processes inherit.</summary>
/// <remarks>
/// Ordinarily the variable names the daemon and when it began to serve (<c>incarnation@time</c>). It is set once; a
/// child process adds its own start time. While a task runs whose call has a chain, the variable holds the whole chain.
/// </remarks>
internal static class Ancestry
{
    public const string Variable = "DAEMONRPC_CALLS";

    // Nobody's handler starts processes this deep. The limit also stops a parent chain that changes into a circle while it is read.
    private const int MostGenerations = 64;

    private static readonly Lock s_gate = new();
    private static readonly string? s_inherited = Environment.GetEnvironmentVariable(Variable);
    private static readonly List<Published> s_served = [];

    /// <summary>The chain within which this process was started, or null.</summary>
    public static CallChain? Inherited { get; } = s_inherited is null ? null : Resolve(s_inherited, Environment.ProcessId);

    /// <summary>Marks this process's children as started by a daemon's handler, until disposed.</summary>
    /// <param name="incarnation">The daemon's incarnation.</param>
    /// <param name="native">Whether to mark children that native code starts, too.</param>
    public static IDisposable Publish(long incarnation, bool native)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{incarnation:x16}@{ProcessTime.Now}");
        lock (s_gate)
        {
            // Inside the lock, and so after this class has read the inherited variable.
            if (native)
            {
                _ = LibC.SetEnvironment(Variable, text, 1);
            }

            var published = new Published(incarnation, text);
            s_served.Add(published);
            SetOrdinary();
            return published;
        }
    }

    /// <summary>Publishes the chain of a task that begins. The chain's last link is the task.</summary>
    public static void Extend(CallChain chain)
    {
        lock (s_gate)
        {
            if (IsAlone(chain))
            {
                Environment.SetEnvironmentVariable(Variable, chain.ToString());
            }
        }
    }

    /// <summary>Withdraws the chain of a task that has ended.</summary>
    public static void Shorten(CallChain chain)
    {
        lock (s_gate)
        {
            if (IsAlone(chain))
            {
                SetOrdinary();
            }
        }
    }

    /// <summary>Interprets the variable for a process that has inherited it. Returns null when it means nothing.</summary>
    internal static CallChain? Resolve(string text, int processId)
    {
        int separator = text.IndexOf('@', StringComparison.Ordinal);
        if (separator < 0)
        {
            return CallChain.Parse(text);
        }

        return long.TryParse(text.AsSpan(0, separator), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long incarnation)
            && long.TryParse(text.AsSpan(separator + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long since)
            && StartOfBranch(processId, since) is { } start
            ? CallChain.Append(null, new DaemonTaskId(incarnation, -start))
            : null;
    }

    /// <summary>Returns the start time of the oldest process among this one and its ancestors that was not started before a given time.</summary>
    /// <remarks>
    /// The daemon itself, and the process that adopts orphans, were started earlier. So a process that a task left
    /// behind, and all its descendants, belong to that task, not to the one that runs now.
    /// </remarks>
    private static long? StartOfBranch(int processId, long since)
    {
        ProcessTime? eldest = ProcessTime.Of(processId);
        for (int generation = 0; generation < MostGenerations && eldest is { ParentId: > 1 } child; generation++)
        {
            if (ProcessTime.Of(child.ParentId) is not { } parent || parent.StartedAt < since)
            {
                break;
            }

            eldest = parent;
        }

        return eldest?.StartedAt;
    }

    // With two daemons in one process, the environment cannot tell whose child a process is.
    private static bool IsAlone(CallChain chain) => s_served is [var only] && only.Incarnation == chain.Links[^1].Incarnation;

    private static void SetOrdinary() => Environment.SetEnvironmentVariable(Variable, s_served is [var only] ? only.Text : s_inherited);

    private sealed class Published(long incarnation, string text) : IDisposable
    {
        public long Incarnation => incarnation;

        public string Text => text;

        public void Dispose()
        {
            lock (s_gate)
            {
                _ = s_served.Remove(this);
                SetOrdinary();
            }
        }
    }
}
