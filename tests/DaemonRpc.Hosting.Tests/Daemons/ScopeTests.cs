namespace DaemonRpc.Hosting.Tests.Daemons;

/// <summary>Each task has services of its own, and they end with it.</summary>
public sealed class ScopeTests
{
    [Fact]
    public async Task Task_has_services_of_its_own_and_the_warmth_stays()
    {
        await using var place = new Place();
        await using WorkshopClient client = await place.ConnectAsync();

        Assert.Equal(new Visit(Bench: 1, Tasks: 1, Disposed: 0, Instance: ""), await client.VisitAsync().InTime());
        Assert.Equal(new Visit(Bench: 2, Tasks: 2, Disposed: 1, Instance: ""), await client.VisitAsync().InTime());
        Assert.Equal(DaemonOrigin.Started, client.Daemon.Origin);
        Assert.Equal(["started in daemonrpc.tests.workshop", "bench 1 disposed", "bench 2 disposed"], place.Events);
    }

    [Fact]
    public async Task Services_end_when_their_task_fails_and_its_caller_gets_the_failure()
    {
        await using var place = new Place();
        await using WorkshopClient client = await place.ConnectAsync();

        DaemonRemoteException failure = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.FailAsync().InTime());

        Assert.Contains("Bench 1 broke.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await client.VisitAsync().InTime()).Disposed);
    }

    [Fact]
    public async Task Services_end_when_their_task_is_cancelled()
    {
        await using var place = new Place();
        await using WorkshopClient client = await place.ConnectAsync();
        Task waiting = client.WaitAsync(isStubborn: false);
        await client.Daemon.UntilAsync(static status => status.Message == "waiting");

        Assert.Equal(CancelOutcome.Stopped, await client.Daemon.CancelAsync().InTime());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.InTime());
        Assert.Equal(1, (await client.VisitAsync().InTime()).Disposed);
    }

    [Fact]
    public async Task Services_live_until_a_stream_has_been_read()
    {
        await using var place = new Place();
        await using WorkshopClient client = await place.ConnectAsync();

        Assert.Equal(20_000, await client.CountAsync(20_000).CountAsync().InTime());
        Assert.Equal(1, (await client.VisitAsync().InTime()).Disposed);
    }

    [Fact]
    public async Task Services_end_when_a_stream_is_abandoned()
    {
        await using var place = new Place();
        await using WorkshopClient client = await place.ConnectAsync();

        Assert.Equal(0, await client.CountAsync(int.MaxValue).FirstAsync().InTime());

        await client.Daemon.UntilAsync(static status => status.State == DaemonState.Ready);
        Assert.Equal(1, (await client.VisitAsync().InTime()).Disposed);
    }

    [Fact]
    public async Task Services_live_until_a_stream_of_bytes_has_been_copied()
    {
        await using var place = new Place();
        await using WorkshopClient client = await place.ConnectAsync();
        using var copy = new MemoryStream();

        await using (Stream stream = await client.OpenAsync(1_000_000).InTime())
        {
            await stream.CopyToAsync(copy).InTime();
        }

        Assert.Equal(1_000_000, copy.Length);
        await client.Daemon.UntilAsync(static status => status.State == DaemonState.Ready);
        Assert.Equal(1, (await client.VisitAsync().InTime()).Disposed);
    }

    [Fact]
    public async Task Task_that_is_ended_by_force_takes_the_host_with_it_and_the_next_daemon_has_a_new_one()
    {
        await using var place = new Place { AllowsCrashes = true };
        await using WorkshopClient client = await place.ConnectAsync("--Daemon:CancelGrace=00:00:00.1");
        Task waiting = client.WaitAsync(isStubborn: true);
        await client.Daemon.UntilAsync(static status => status.Message == "waiting");

        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());

        await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => waiting.InTime());
        Assert.Equal(new Visit(Bench: 1, Tasks: 1, Disposed: 0, Instance: ""), await client.VisitAsync().InTime());
        Assert.Equal(["started in daemonrpc.tests.workshop", "started in daemonrpc.tests.workshop", "bench 1 disposed"], place.Events);
    }

    [Fact]
    public async Task Hosted_daemon_runs_in_the_process_of_a_test()
    {
        await using var daemon = new Testing.TestDaemon(static options =>
            HostedDaemon.RunAsync<IWorkshop>(WorkshopDaemon.RunAsync, static () => WorkshopHost.Build([]), options));
        await using WorkshopClient client = await WorkshopClient.ConnectAsync(daemon.ClientOptions()).InTime();

        _ = await client.VisitAsync().InTime();

        Assert.Equal(new Visit(Bench: 2, Tasks: 2, Disposed: 1, Instance: ""), await client.VisitAsync().InTime());
    }
}
