namespace DaemonRpc.Hosting.Daemon;

/// <summary>The one daemon of a host: its contract, and its context while it runs.</summary>
/// <param name="contract">The contract's interface.</param>
internal sealed class DaemonRegistration(Type contract)
{
    private DaemonContext? _context;

    public Type Contract => contract;

    /// <summary>Whether a daemon runs with this host.</summary>
    public bool IsRun => _context is not null;

    /// <exception cref="InvalidOperationException">No daemon runs with this host.</exception>
    public DaemonContext Context
    {
        get => _context ?? throw new InvalidOperationException(
            $"The DaemonContext of {contract.Name} was asked for before the daemon runs. Use it in services that are created when the host starts, or later, and run the host with HostedDaemon.RunAsync.");
        set => _context = value;
    }
}
