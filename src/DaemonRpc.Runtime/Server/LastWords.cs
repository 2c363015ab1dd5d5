using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>Says goodbye to all clients before the daemon's process is ended by force.</summary>
/// <param name="board">The daemon's status.</param>
/// <param name="pump">Sends statuses to the watchers.</param>
/// <param name="sessions">The connected clients.</param>
internal sealed class LastWords(StatusBoard board, StatusPump pump, SessionTable sessions)
{
    /// <summary>Says that a task is being ended by force, not that it was ended. The successor, or the end of the connection, says that later.</summary>
    /// <param name="task">The task.</param>
    /// <param name="handsOver">Whether the process continues as the next daemon.</param>
    /// <param name="timeout">How long to wait for clients that do not read.</param>
    public void SayForced(RunningTask task, bool handsOver, TimeSpan timeout)
    {
        int by = task.CanceledBy ?? 0;
        var goodbye = new Goodbye
        {
            Reason = GoodbyeReason.Forced,
            Message = ForcedOutcomes.Reason(task),
            Task = task.Description.Id,
            ConnectionKey = task.Owner.Hello.ConnectionKey,
            CallId = task.CallId,
            CausedBy = by,
            HandsOver = handsOver,
        };
        Say($"{task.Description.Method} did not end when process {by} had it cancelled, and is ended by force with all that runs in the daemon.", goodbye, timeout);
    }

    /// <summary>Sends the last status to the watchers, and the goodbye to all clients.</summary>
    /// <param name="status">Why the daemon ends, for the watchers.</param>
    /// <param name="goodbye">The goodbye for all clients.</param>
    /// <param name="timeout">How long to wait for clients that do not read.</param>
    public void Say(string status, Goodbye goodbye, TimeSpan timeout)
    {
        board.Stopping(status);
        pump.Deliver();
        sessions.SayGoodbye(goodbye);
        sessions.Drain(timeout);
    }
}
