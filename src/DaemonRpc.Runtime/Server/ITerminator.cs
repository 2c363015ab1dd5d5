using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>Ends a daemon's process by force, where the daemon has one of its own.</summary>
internal interface ITerminator
{
    /// <summary>The outcome of a task that is ended by force here.</summary>
    CancelOutcome Outcome { get; }

    /// <summary>Ends the process and has a new daemon take over. Returns only where no process can be ended.</summary>
    void Force(RunningTask task);

    /// <summary>Ends the process without a successor. Returns only where no process can be ended.</summary>
    void Exit(string reason, int by);
}
