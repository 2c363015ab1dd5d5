using DaemonRpc.Journal;
using DaemonRpc.Protocol;
using DaemonRpc.Transport;

namespace DaemonRpc.Launch;

/// <summary>Finds and starts daemons that are no processes of their own.</summary>
/// <param name="clock">The clock of the clients' timeouts; null for real time.</param>
internal abstract class ClientSite(TimeProvider? clock) : DaemonSite(clock)
{
    /// <summary>Connects, starting a daemon if needed. Blocks the thread.</summary>
    /// <param name="address">The daemon.</param>
    /// <param name="hello">The client's introduction.</param>
    /// <param name="reason">The reason for a start.</param>
    /// <param name="mayStart">Whether a daemon may be started.</param>
    /// <param name="deadline">When to give up.</param>
    /// <exception cref="DaemonException">No daemon could be reached or started; the subclass tells why.</exception>
    public abstract Connection Connect(DaemonAddress address, Hello hello, LaunchReason reason, bool mayStart, Deadline deadline);

    /// <summary>Returns what connects to a daemon and never starts one.</summary>
    public abstract IDaemonDialer DialerTo(DaemonAddress address);

    /// <summary>Says how a daemon ended that ended without a goodbye.</summary>
    public abstract CrashReport ReportOf(Welcome daemon);
}
