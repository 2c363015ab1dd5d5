namespace DaemonRpc;

/// <summary>Where daemons live that are no processes of their own. The package DaemonRpc.Testing has one; later rooms say what it must do.</summary>
/// <param name="clock">The clock of every timeout of its daemons and clients; null for real time.</param>
internal abstract class DaemonSite(TimeProvider? clock)
{
    public TimeProvider? Clock => clock;
}
