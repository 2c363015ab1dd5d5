using DaemonRpc.Program;
using DaemonRpc.Tasks;

namespace DaemonRpc.Launch;

/// <summary>Runs a daemon that is no process of its own.</summary>
/// <param name="clock">The clock of the daemon's timeouts; null for real time.</param>
internal abstract class ServingSite(TimeProvider? clock) : DaemonSite(clock)
{
    /// <summary>Serves until the daemon ends.</summary>
    /// <param name="contract">The contract that the daemon serves.</param>
    /// <param name="options">A copy of the user's settings.</param>
    /// <param name="makeHandler">Runs the user's factory.</param>
    /// <returns>The exit code of a process that ended in this way.</returns>
    public abstract Task<int> RunAsync(ContractIdentity contract, DaemonOptions options, Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> makeHandler);
}
