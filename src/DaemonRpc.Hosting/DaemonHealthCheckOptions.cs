using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DaemonRpc.Hosting;

/// <summary>Which daemon a health check asks, and what it makes of a daemon that does not run.</summary>
public sealed class DaemonHealthCheckOptions
{
    /// <summary>The daemon's instance; empty for the unnamed one.</summary>
    public string Instance { get; set; } = "";

    /// <summary>The daemon's runtime directory, or null for the user's default.</summary>
    public string? RuntimeDirectory { get; set; }

    /// <summary>
    /// The result when no daemon runs, or null for the check's failure status. <see cref="HealthStatus.Healthy"/> suits a daemon that its clients start.
    /// </summary>
    public HealthStatus? NotRunning { get; set; }
}
