using System.Diagnostics;

namespace DaemonRpc.Hosting.Tests.Daemons;

/// <summary>Daemon and host end together, whichever is asked first.</summary>
public sealed class StopTests
{
    private const string Patient = "--Host:ShutdownTimeout=00:01:00";
    private const string Impatient = "--Host:ShutdownTimeout=00:00:00.1";

    [Fact]
    public async Task Host_stops_when_the_daemon_was_idle()
    {
        await using var place = new Place();
        await using WorkshopClient client = await place.ConnectAsync("--Daemon:IdleTimeout=00:00:00.2");
        _ = await client.VisitAsync().InTime();
        using var process = Process.GetProcessById(client.Daemon.ProcessId);

        await process.WaitForExitAsync().InTime();

        Assert.Equal(["started in daemonrpc.tests.workshop", "bench 1 disposed", "stopped", "warmth disposed"], place.Events);
        Assert.Equal(DaemonJournalEvent.IdledOut, (await DaemonControl.ReadJournalAsync("daemonrpc.tests.workshop", runtimeDirectory: place.RuntimeDirectory).InTime())[^1].Event);
    }

    [Fact]
    public async Task Task_finishes_on_SIGTERM_and_the_host_stops_after_it()
    {
        await using var place = new Place();
        using Foreground daemon = await place.ServeAsync(Patient);
        await using WorkshopClient client = await WorkshopClient.ConnectAsync(place.Finding()).InTime();
        Task waiting = client.WaitForFileAsync(place.File("go"));
        await client.Daemon.UntilAsync(static status => status.Message == "waiting");

        daemon.Send(Foreground.Terminate);
        await client.Daemon.UntilAsync(static status => status.State == DaemonState.Stopping || status.Message?.Contains("SIGTERM", StringComparison.Ordinal) == true).InTime();
        Assert.Equal(["started in daemonrpc.tests.workshop"], place.Events);
        await File.WriteAllTextAsync(place.File("go"), "");

        await waiting.InTime();
        Assert.Equal(0, await daemon.ExitCodeAsync());
        Assert.Equal(["started in daemonrpc.tests.workshop", "bench 1 disposed", "stopped", "warmth disposed"], place.Events);
    }

    [Fact]
    public async Task Task_is_cancelled_when_the_hosts_shutdown_timeout_has_passed()
    {
        await using var place = new Place();
        using Foreground daemon = await place.ServeAsync(Impatient);
        await using WorkshopClient client = await WorkshopClient.ConnectAsync(place.Finding()).InTime();
        Task waiting = client.WaitAsync(isStubborn: false);
        await client.Daemon.UntilAsync(static status => status.Message == "waiting");

        daemon.Send(Foreground.Terminate);

        DaemonTaskCanceledException end = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => waiting.InTime());
        Assert.Equal(CancelOutcome.Stopped, end.Outcome);
        Assert.Equal(0, await daemon.ExitCodeAsync());
        Assert.Equal(["started in daemonrpc.tests.workshop", "bench 1 disposed", "stopped", "warmth disposed"], place.Events);
    }

    [Fact]
    public async Task Task_that_ignores_its_token_is_ended_with_the_process()
    {
        await using var place = new Place { AllowsCrashes = true };
        using Foreground daemon = await place.ServeAsync(Impatient, "--Daemon:CancelGrace=00:00:00.1");
        await using WorkshopClient client = await WorkshopClient.ConnectAsync(place.Finding()).InTime();
        Task waiting = client.WaitAsync(isStubborn: true);
        await client.Daemon.UntilAsync(static status => status.Message == "waiting");

        daemon.Send(Foreground.Terminate);

        _ = await Assert.ThrowsAnyAsync<Exception>(() => waiting.InTime());
        Assert.Equal(137, await daemon.ExitCodeAsync());
    }

    [Fact]
    public async Task Second_SIGTERM_ends_the_process_at_once()
    {
        await using var place = new Place { AllowsCrashes = true };
        using Foreground daemon = await place.ServeAsync(Patient);
        await using WorkshopClient client = await WorkshopClient.ConnectAsync(place.Finding()).InTime();
        Task waiting = client.WaitAsync(isStubborn: true);
        await client.Daemon.UntilAsync(static status => status.Message == "waiting");
        daemon.Send(Foreground.Terminate);
        await client.Daemon.UntilAsync(static status => status.State == DaemonState.Stopping || status.Message?.Contains("SIGTERM", StringComparison.Ordinal) == true).InTime();

        daemon.Send(Foreground.Terminate);

        Assert.Equal(128 + Foreground.Terminate, await daemon.ExitCodeAsync());
        _ = await Assert.ThrowsAnyAsync<DaemonException>(() => waiting.InTime());
    }

    [Fact]
    public async Task Daemon_stops_when_the_program_stops_its_host()
    {
        await using var place = new Place();
        using Foreground daemon = await place.ServeAsync(Patient);
        await using WorkshopClient client = await WorkshopClient.ConnectAsync(place.Finding()).InTime();

        await client.StopHostAsync().InTime();

        Assert.Equal(0, await daemon.ExitCodeAsync());
        Assert.Equal(["started in daemonrpc.tests.workshop", "bench 1 disposed", "stopped", "warmth disposed"], place.Events);
        Assert.Contains("asked its host to stop", (await DaemonControl.ReadJournalAsync("daemonrpc.tests.workshop", runtimeDirectory: place.RuntimeDirectory).InTime())[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_finishes_however_long_it_takes_when_a_client_stops_the_daemon()
    {
        await using var place = new Place();
        await using WorkshopClient client = await place.ConnectAsync(Impatient);
        Task waiting = client.WaitForFileAsync(place.File("go"));
        await client.Daemon.UntilAsync(static status => status.Message == "waiting");

        Task stopping = client.Daemon.StopAsync();
        // Ten times the shutdown timeout, in which nothing may happen.
        _ = await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(1)));
        await File.WriteAllTextAsync(place.File("go"), "");

        await waiting.InTime();
        await stopping.InTime();
        Assert.Equal("stopped", place.Events[^2]);
    }
}
