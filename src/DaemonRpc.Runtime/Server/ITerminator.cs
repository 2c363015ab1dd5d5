using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>Ends a daemon's process by force, where the daemon has one of its own.</summary>
internal interface ITerminator
{
    /// <summary>The outcome of a task that is ended by force here.</summary>
    CancelOutcome Outcome { get; }

    /// <summary>Ends the process and has a new daemon take over. May return, where no process can be ended.</summary>
    /// <param name="task">What did not end.</param>
    /// <param name="shutdown">Whether the daemon was about to leave: then nobody takes over.</param>
    /// <param name="words">Says goodbye.</param>
    void Force(RunningTask task, ShutdownSequence shutdown, LastWords words);

    /// <summary>Ends the process without a successor. May return, where no process can be ended.</summary>
    /// <param name="reason">What the clients are told.</param>
    /// <param name="by">The process that asked for it.</param>
    /// <param name="words">Says goodbye.</param>
    void Exit(string reason, int by, LastWords words);
}
