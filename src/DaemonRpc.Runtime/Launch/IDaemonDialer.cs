using DaemonRpc.Protocol;
using DaemonRpc.Session;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>Reaches a daemon that runs.</summary>
internal interface IDaemonDialer
{
    /// <summary>Connects and introduces itself. Null when no daemon answers. Blocks the thread. Nobody reads the session yet.</summary>
    /// <exception cref="DaemonForeignException">Another contract's daemon answers.</exception>
    /// <exception cref="DaemonAccessException">Another user's process answers.</exception>
    /// <exception cref="DaemonProtocolException">What answers is no daemon, or does not accept our hello.</exception>
    /// <exception cref="DaemonUnresponsiveException">Something listens but does not answer in time.</exception>
    ClientSession? TryOpen(Hello hello, Deadline deadline);
}
