using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>What force means where a daemon lives: its process ends, or nothing can be ended.</summary>
internal interface ITerminator
{
    /// <summary>The outcome that force has here.</summary>
    CancelOutcome Outcome { get; }

    /// <summary>Ends the process and has a new daemon take over. May return, where no process can be ended.</summary>
    void Force(RunningTask task);

    /// <summary>Ends the process without a successor. May return, where no process can be ended.</summary>
    void Exit(string reason, int by);
}
