using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>Detects calls that would wait for themselves, because they are made from within what the daemon is doing.</summary>
internal static class Reentrancy
{
    /// <summary>Returns whether a request with this chain is part of the running task, of a task that has given way, or of the factory.</summary>
    /// <param name="chain">The request's chain.</param>
    /// <param name="incarnation">The daemon's incarnation.</param>
    /// <param name="tasks">The tasks that have begun and not ended.</param>
    /// <param name="isStarting">Whether the handler is being created.</param>
    /// <param name="clock">The clock of the running task's start time.</param>
    public static bool IsWithin(CallChain chain, long incarnation, IReadOnlyCollection<RunningTask> tasks, bool isStarting, TimeProvider clock) =>
        chain.Links.Any(link => link.Incarnation == incarnation && (tasks.Count == 0
            ? isStarting
            : tasks.Any(task => link.Number >= 0 ? link == task.Description.Id : IsNotBefore(-link.Number, task, clock))));

    /// <summary>Creates the exception for the caller.</summary>
    /// <param name="method">The called method.</param>
    /// <param name="daemon">The called daemon.</param>
    /// <param name="incarnation">The daemon's incarnation.</param>
    /// <param name="status">The daemon's status at the call.</param>
    /// <param name="chain">The call's chain.</param>
    public static DaemonReentrancyException Exception(string method, DaemonAddress daemon, long incarnation, DaemonStatus status, CallChain? chain)
    {
        bool isStarting = status.State == DaemonState.Starting;
        DaemonTask? task = status.YieldedTasks.FirstOrDefault(task => chain?.Links.Contains(task.Id) == true) ?? status.Task;
        string within = task is { } running ? $"the task {running.Method} ({running.Id})" : isStarting ? "the factory" : "a task";
        string wait = isStarting ? "A daemon serves nobody before its handler is made" : "A daemon runs one task at a time";
        return new DaemonReentrancyException(
            $"{method} was called from within {within} of the daemon {daemon}, {How(chain, incarnation)}. {wait}, so that the call would wait for itself. "
            + "Inside the handler, call its method directly instead of through a client; elsewhere, make the call when the task has ended, or let the handler pass on what is wanted.");
    }

    private static string How(CallChain? chain, long incarnation)
    {
        DaemonTaskId[] links = chain is null ? [] : [.. chain.Links.SkipWhile(link => link.Incarnation != incarnation)];
        if (links.Length == 0)
        {
            return "by another thread of its process";
        }

        string by = links[0].Number < 0 ? "by a program that was started there" : "by its own code";
        return links.Length == 1 ? by : $"{by} which called {string.Join(", which called ", links[1..].Select(Describe))}, which made the call";
    }

    private static string Describe(DaemonTaskId link) => link.Number switch
    {
        > 0 => $"another daemon (task {link})",
        0 => $"another daemon (outside its tasks, {link})",
        _ => "a program of another daemon",
    };

    // The task's start time is in the user's clock, which gives the task's age. That clock is read after the process clock, so that a delay in between
    // makes the task seem older, not younger. In doubt the program belongs to the task, because a handler that is not refused would wait forever.
    private static bool IsNotBefore(long start, RunningTask running, TimeProvider clock)
    {
        long now = ProcessTime.Now;
        TimeSpan age = clock.GetUtcNow() - running.Description.StartedAt;
        return start + ProcessTime.Resolution > now - (long)age.TotalMilliseconds;
    }
}
