using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DaemonRpc.Hosting.Tests.Daemons;

/// <summary>What a client is told of a host that takes long to build, or fails.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Client_gets_its_daemon_before_the_host_is_built_and_its_call_waits()
    {
        await using var place = new Place();
        await using WorkshopClient client = await place.ConnectAsync($"--build-waits-for={place.File("go")}");
        Assert.Equal(DaemonState.Starting, (await client.Daemon.GetStatusAsync().InTime()).State);
        Task<Visit> visit = client.VisitAsync();

        await File.WriteAllTextAsync(place.File("go"), "");

        Assert.Equal(1, (await visit.InTime()).Bench);
    }

    [Theory]
    [InlineData("--build-fails=The settings are missing.", "The settings are missing.")]
    [InlineData("--service-fails=The foreman is ill.", "The foreman is ill.")]
    [InlineData("--Daemon:IdleTimeout=never", "never")]
    [InlineData("--Daemon:MaxFrameBytes=100000", "DaemonOptions.MaxFrameBytes was configured in the host")]
    [InlineData("--systemd=yes", "SystemdLifetime, which would handle SIGTERM a second time")]
    public async Task Client_gets_the_reason_why_the_host_failed(string argument, string reason)
    {
        await using var place = new Place { AllowsCrashes = true };
        await using WorkshopClient client = await place.ConnectAsync(argument);

        DaemonStartException failure = await Assert.ThrowsAsync<DaemonStartException>(() => client.VisitAsync().InTime());

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Empty(place.Events);
    }

    [Fact]
    public async Task Daemon_in_the_foreground_fails_with_the_reason_and_exit_code_1()
    {
        await using var place = new Place { AllowsCrashes = true };
        using var manager = new NotifySocket(place.File("notify"));
        using Foreground daemon = place.Start(manager.Environment, "--service-fails=The foreman is ill.");

        Assert.Equal(1, await daemon.ExitCodeAsync());
        Assert.Contains("The foreman is ill.", await daemon.Ended, StringComparison.Ordinal);
        Assert.Equal("STATUS=The daemon could not start: The foreman is ill.", await manager.ReceiveAsync().InTime());
    }

    [Fact]
    public async Task Daemon_in_the_foreground_is_which_its_configuration_says()
    {
        await using var place = new Place();
        using Foreground daemon = await place.ServeAsync("--Daemon:Instance=north", "--Daemon:MaxFrameBytes=100000");
        await using WorkshopClient client = await WorkshopClient.ConnectAsync(place.Finding("north")).InTime();

        Assert.Equal("north", (await client.VisitAsync().InTime()).Instance);

        using Foreground second = place.Start(new Dictionary<string, string>(), "--Daemon:Instance=north");
        Assert.Equal(1, await second.ExitCodeAsync());
        Assert.Contains("runs already", await second.Ended, StringComparison.Ordinal);
        daemon.Send(Foreground.Terminate);
        Assert.Equal(0, await daemon.ExitCodeAsync());
    }

    [Fact]
    public async Task Host_with_a_daemon_that_is_run_without_it_says_so()
    {
        using IHost host = WorkshopHost.Build([]);

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync().InTime());

        Assert.Contains("HostedDaemon.RunAsync", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Host_has_one_daemon()
    {
        var services = new ServiceCollection();
        _ = services.AddDaemonRpc<IWorkshop, Workshop>().AddDaemonRpc<IWorkshop, Workshop>();

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => services.AddDaemonRpc<IDisposable>());

        Assert.Contains("IWorkshop already", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runtime_does_not_know_hosts() => Assert.DoesNotContain(
        typeof(DaemonOptions).Assembly.GetReferencedAssemblies(),
        static reference => reference.Name!.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) && reference.Name != "Microsoft.Extensions.Logging.Abstractions");
}
