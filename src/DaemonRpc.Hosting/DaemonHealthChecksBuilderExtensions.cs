using DaemonRpc.Hosting;
using DaemonRpc.Hosting.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds health checks of daemons.</summary>
public static class DaemonHealthChecksBuilderExtensions
{
    /// <summary>Adds a check that asks a daemon for its status, and never starts one.</summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="id">The contract's id.</param>
    /// <param name="configure">Says which instance is asked, and what a daemon that does not run means.</param>
    /// <param name="name">The check's name; null for the id.</param>
    /// <param name="failureStatus">The result when the daemon does not answer, or does not run; null for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">Tags to select checks by.</param>
    /// <param name="timeout">How long the check may take; null for as long as a daemon may take to answer, 10 seconds.</param>
    /// <remarks>
    /// Ready and Busy are healthy. Starting, Error (the last task failed) and Stopping are degraded.
    /// </remarks>
    public static IHealthChecksBuilder AddDaemonRpc(
        this IHealthChecksBuilder builder,
        string id,
        Action<DaemonHealthCheckOptions>? configure = null,
        string? name = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(id);
        var options = new DaemonHealthCheckOptions();
        configure?.Invoke(options);
        return builder.Add(new HealthCheckRegistration(name ?? id, new DaemonHealthCheck(id, options), failureStatus, tags, timeout));
    }
}
