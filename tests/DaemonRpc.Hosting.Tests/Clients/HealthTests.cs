using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DaemonRpc.Hosting.Tests.Clients;

/// <summary>What a health check says of a daemon.</summary>
public sealed class HealthTests
{
    private const string Id = "daemonrpc.tests.workshop";

    [Fact]
    public async Task Check_follows_the_daemon_and_starts_none()
    {
        await using var place = new Place();
        Assert.Equal((HealthStatus.Unhealthy, $"The daemon '{Id}' does not run."), await CheckAsync(place));
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(place, failureStatus: HealthStatus.Degraded)).Status);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(place, notRunning: HealthStatus.Healthy)).Status);
        Assert.False(Directory.Exists(place.RuntimeDirectory));

        await using WorkshopClient client = await place.ConnectAsync($"--build-waits-for={place.File("go")}");
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(place)).Status);
        await File.WriteAllTextAsync(place.File("go"), "");
        _ = await client.VisitAsync().InTime();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(place)).Status);

        Task waiting = client.WaitAsync(isStubborn: false);
        await client.Daemon.UntilAsync(static status => status.Message == "waiting");
        Assert.Equal((HealthStatus.Healthy, "Busy: waiting"), await CheckAsync(place));
        _ = await client.Daemon.CancelAsync().InTime();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.InTime());

        _ = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.FailAsync().InTime());
        (HealthStatus status, string? said) = await CheckAsync(place);
        Assert.Equal(HealthStatus.Degraded, status);
        Assert.Contains("broke", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_that_others_may_read_is_a_failure_with_its_reason()
    {
        await using var place = new Place();
        _ = Directory.CreateDirectory(place.RuntimeDirectory);
        File.SetUnixFileMode(place.RuntimeDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);

        (HealthStatus status, string? said) = await CheckAsync(place, notRunning: HealthStatus.Healthy);

        Assert.Equal(HealthStatus.Unhealthy, status);
        Assert.Contains("open to other users", said, StringComparison.Ordinal);
        File.SetUnixFileMode(place.RuntimeDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static async Task<(HealthStatus Status, string? Said)> CheckAsync(Place place, HealthStatus? notRunning = null, HealthStatus? failureStatus = null)
    {
        var services = new ServiceCollection();
        _ = services.AddLogging().AddHealthChecks().AddDaemonRpc(
            Id,
            options =>
            {
                options.RuntimeDirectory = place.RuntimeDirectory;
                options.NotRunning = notRunning;
            },
            failureStatus: failureStatus);
        await using ServiceProvider provider = services.BuildServiceProvider();
        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync().InTime();
        HealthReportEntry entry = report.Entries[Id];
        return (entry.Status, entry.Description);
    }
}
