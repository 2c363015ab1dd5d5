using Microsoft.Extensions.Hosting;

namespace DaemonRpc.Hosting.Daemon;

/// <summary>Leaves signals to the daemon, which handles them as every daemon does. Replaces the host's own lifetime, which would handle them too.</summary>
internal sealed class DaemonLifetime(DaemonRegistration registration) : IHostLifetime
{
    /// <exception cref="InvalidOperationException">The host was started by itself, so that nobody serves the contract.</exception>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => registration.IsRun
        ? Task.CompletedTask
        : throw new InvalidOperationException(
            $"This host has the daemon of {registration.Contract.Name}, but was started without it. Let HostedDaemon.RunAsync build and run the host.");

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
