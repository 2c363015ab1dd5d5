namespace DaemonRpc.Hosting.Tests.Services;

/// <summary>What systemd is told of a service with Type=notify.</summary>
public sealed class NotifyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Service_manager_is_told_of_readiness_and_of_the_end_in_order(bool isAbstract)
    {
        await using var place = new Place();
        using var manager = new NotifySocket(isAbstract ? $"@{place.File("notify")}" : place.File("notify"));
        using Foreground daemon = place.Start(manager.Environment, $"--build-waits-for={place.File("go")}");
        Task<string> first = manager.ReceiveAsync();
        Assert.False(first.IsCompleted);
        await File.WriteAllTextAsync(place.File("go"), "");

        Assert.Equal("READY=1\nSTATUS=Serving 'daemonrpc.tests.workshop'", await first.InTime());
        Assert.Equal(["started in daemonrpc.tests.workshop"], place.Events);
        daemon.Send(Foreground.Terminate);
        Assert.Equal("STOPPING=1\nSTATUS=Stopping", await manager.ReceiveAsync().InTime());
        Assert.Equal(0, await daemon.ExitCodeAsync());
    }

    [Fact]
    public async Task Daemon_whose_client_started_it_tells_no_service_manager()
    {
        await using var place = new Place();
        using var manager = new NotifySocket(place.File("notify"));
        var options = new DaemonClientOptions
        {
            RuntimeDirectory = place.RuntimeDirectory,
            Launch = DaemonLaunch.Executable(Place.Program),
            StartTimeout = Limits.Generous,
            LaunchEnvironment = new Dictionary<string, string?> { ["NOTIFY_SOCKET"] = place.File("notify") },
        };
        await using (WorkshopClient client = await WorkshopClient.ConnectAsync(options).InTime())
        {
            _ = await client.VisitAsync().InTime();
            await client.Daemon.StopAsync().InTime();
        }

        using Foreground daemon = place.Start(manager.Environment);
        Assert.StartsWith("READY=1\n", await manager.ReceiveAsync().InTime(), StringComparison.Ordinal);
        daemon.Send(Foreground.Terminate);
        Assert.Equal(0, await daemon.ExitCodeAsync());
    }

    [Theory]
    [InlineData("missing", "missing")]
    [InlineData("vsock:2:1234", "vsock:2:1234")]
    [InlineData("long", "wwwwwwwwww")]
    public async Task Daemon_serves_although_its_service_manager_cannot_be_told_and_says_so(string socket, string named)
    {
        await using var place = new Place();
        string path = socket switch
        {
            "missing" => place.File("missing"),
            "long" => place.File(new string('w', 120)),
            _ => socket,
        };
        using Foreground daemon = place.Start(
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path }, "--Daemon:IdleTimeout=00:00:00.2");

        Assert.Equal(0, await daemon.ExitCodeAsync());
        string output = await daemon.Ended;
        Assert.Contains("READY=1 was not sent to the service manager", output, StringComparison.Ordinal);
        Assert.Contains("STOPPING=1 was not sent to the service manager", output, StringComparison.Ordinal);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.Equal(["started in daemonrpc.tests.workshop", "stopped"], place.Events);
    }
}
