using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>Says goodbye to all clients before the daemon's process is ended by force.</summary>
/// <param name="board">The daemon's status.</param>
/// <param name="pump">Sends statuses to the watchers.</param>
/// <param name="sessions">The connected clients.</param>
internal sealed class LastWords(StatusBoard board, StatusPump pump, SessionTable sessions)
{
    /// <summary>Sends the last status to the watchers, and the goodbye to all clients.</summary>
    /// <param name="status">Why the daemon ends, for the watchers.</param>
    /// <param name="goodbye">The goodbye for all clients.</param>
    /// <param name="timeout">How long to wait for clients that do not read.</param>
    public void Say(string status, Goodbye goodbye, TimeSpan timeout)
    {
        board.Stopping(status);
        pump.Deliver();
        sessions.SayGoodbye(goodbye, timeout);
    }
}
