using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DaemonRpc.Hosting.Health;

/// <summary>Asks a daemon for its status. Never starts one.</summary>
internal sealed class DaemonHealthCheck(string id, DaemonHealthCheckOptions options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        HealthStatus failure = context.Registration.FailureStatus;
        try
        {
            DaemonHandle? daemon = await DaemonControl.FindAsync(id, options.Instance, options.RuntimeDirectory, cancellationToken).ConfigureAwait(false);
            return daemon is null ? NotRunning(failure) : Of(daemon, await daemon.GetStatusAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (DaemonDisconnectedException)
        {
            // It ended between the two questions.
            return NotRunning(failure);
        }
        catch (DaemonException exception)
        {
            return new HealthCheckResult(failure, exception.Message, exception);
        }
    }

    private HealthCheckResult NotRunning(HealthStatus failure) => new(options.NotRunning ?? failure, $"The daemon '{id}' does not run.");

    private static HealthCheckResult Of(DaemonHandle daemon, DaemonStatus status) => new(
        status.State is DaemonState.Ready or DaemonState.Busy ? HealthStatus.Healthy : HealthStatus.Degraded,
        string.IsNullOrEmpty(status.Message) ? $"{status.State}" : $"{status.State}: {status.Message}",
        data: new Dictionary<string, object> { ["processId"] = daemon.ProcessId, ["state"] = $"{status.State}" });
}
