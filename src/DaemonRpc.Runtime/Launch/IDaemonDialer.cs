using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>Connects to a running daemon.</summary>
internal interface IDaemonDialer
{
    /// <summary>Connects and sends the hello. Returns null when no daemon answers. Blocks the thread. The returned session is not being read yet.</summary>
    /// <exception cref="DaemonForeignException">Another contract's daemon answers.</exception>
    /// <exception cref="DaemonAccessException">Another user's process answers.</exception>
    /// <exception cref="DaemonProtocolException">The peer is no daemon, or does not accept this client's hello.</exception>
    /// <exception cref="DaemonUnresponsiveException">Something listens but does not answer before the deadline.</exception>
    ClientSession? TryOpen(Hello hello, Deadline deadline);
}
