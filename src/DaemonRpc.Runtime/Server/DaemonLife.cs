using DaemonRpc.Logging;
using DaemonRpc.Protocol;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Server;

/// <summary>Ends a daemon for code of its own process.</summary>
/// <param name="shutdown">The daemon's shutdown.</param>
/// <param name="cancellation">Cancels its tasks.</param>
/// <param name="log">Receives the reason.</param>
internal sealed class DaemonLife(ShutdownSequence shutdown, TaskCancellation cancellation, ILogger log) : IDaemonLife
{
    public bool IsEndedByClient => shutdown.CausedBy != 0;

    public void Stop(string reason)
    {
        if (!shutdown.HasBegun)
        {
            LogMessages.Stopping(log, reason);
            shutdown.Begin(GoodbyeReason.Stopping, reason);
        }
    }

    public void CancelTasks() => cancellation.CancelAll(Environment.ProcessId);
}
