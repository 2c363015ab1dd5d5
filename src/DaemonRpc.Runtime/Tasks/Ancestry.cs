using System.Globalization;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;

namespace DaemonRpc.Tasks;

/// <summary>How a process knows which daemon's handler it was started by: a variable of the environment, which its own children inherit.</summary>
/// <remarks>
/// Ordinarily it names the daemon and when that began to serve (<c>incarnation@time</c>), is set once, and leaves it to the process
/// to say when it was started. While a task runs whose own call has a chain, it holds that whole chain.
/// </remarks>
internal static class Ancestry
{
    public const string Variable = "DAEMONRPC_CALLS";

    // Nobody's handler starts processes that deep; a chain of parents that changes meanwhile must not lead in circles.
    private const int MostGenerations = 64;

    private static readonly Lock s_gate = new();
    private static readonly string? s_inherited = Environment.GetEnvironmentVariable(Variable);
    private static readonly List<Published> s_served = [];

    /// <summary>The chain that this process was started within, or null.</summary>
    public static CallChain? Inherited { get; } = s_inherited is null ? null : Resolve(s_inherited, Environment.ProcessId);

    /// <summary>From now on the children of this process are known to be those of that daemon's handler, until disposed.</summary>
    /// <param name="incarnation">The daemon's.</param>
    /// <param name="native">Whether also those that native code starts.</param>
    public static IDisposable Publish(long incarnation, bool native)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{incarnation:x16}@{ProcessTime.Now}");
        lock (s_gate)
        {
            // Inside, and so after this class has read what was inherited.
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

    /// <summary>A task with a chain of its own begins. The chain's last link is the task.</summary>
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

    /// <summary>That task has ended.</summary>
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

    /// <summary>What the variable means for a process that has inherited it. Null when it means nothing.</summary>
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

    /// <summary>When the eldest of the process and its ancestors was started, looking no further back than to a time.</summary>
    /// <remarks>
    /// The daemon itself, and what adopts orphans, was started before that. So a process which a task left behind, and all that
    /// it will ever start, belong to that task, and not to the one that runs at the time.
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

    // Of two daemons in one process, the environment cannot tell whose child a process is.
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
