using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>Ends a daemon's process by force, where the daemon has one of its own.</summary>
internal interface ITerminator
{
    /// <summary>The outcome of a task that is ended by force here.</summary>
    CancelOutcome Outcome { get; }

    /// <summary>Ends the process and lets a new daemon take over. Returns only if the daemon has no process of its own to end.</summary>
    /// <param name="task">The task that did not end.</param>
    /// <param name="shutdown">The daemon's shutdown. If it has begun, no new daemon takes over.</param>
    /// <param name="words">Says goodbye.</param>
    void Force(RunningTask task, ShutdownSequence shutdown, LastWords words);

    /// <summary>Ends the process without a successor. Returns only if the daemon has no process of its own to end.</summary>
    /// <param name="reason">The reason, for the clients.</param>
    /// <param name="by">The process that asked for it.</param>
    /// <param name="words">Says goodbye.</param>
    void Exit(string reason, int by, LastWords words);
}
