using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Server;

/// <summary>What a daemon says to everybody when its process ends at once, whatever still runs.</summary>
/// <param name="board">What is said of the daemon.</param>
/// <param name="pump">Who watches it.</param>
/// <param name="sessions">Who is connected.</param>
internal sealed class LastWords(StatusBoard board, StatusPump pump, SessionTable sessions)
{
    /// <summary>Tells those who watch the last status, and all the goodbye.</summary>
    /// <param name="status">Why the daemon ends, for people who watch.</param>
    /// <param name="goodbye">The same for all.</param>
    /// <param name="limit">How long to wait for those who take nothing.</param>
    public void Say(string status, Goodbye goodbye, TimeSpan limit)
    {
        board.Stopping(status);
        pump.Deliver();
        sessions.SayGoodbye(goodbye, limit);
    }
}
