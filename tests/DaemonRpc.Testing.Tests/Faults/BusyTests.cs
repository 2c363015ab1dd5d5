namespace DaemonRpc.Testing.Tests.Faults;

/// <summary>A daemon that is busy with another client's task.</summary>
public sealed class BusyTests
{
    [Fact]
    public async Task Calls_are_refused_as_busy_until_the_daemon_is_free()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        await using (await daemon.OccupyAsync("IndexAsync", "3 of 7"))
        {
            DaemonBusyException busy = await Assert.ThrowsAsync<DaemonBusyException>(() => client.AddAsync(1, 2).InTime());

            Assert.Equal("IndexAsync", busy.Task?.Method);
            Assert.Equal("3 of 7", busy.Status.Message);
            await Assert.ThrowsAsync<DaemonBusyException>(() => client.AddAsync(1, 2).InTime());
        }

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Call_with_a_busy_timeout_waits_for_its_turn()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync(options => options.BusyTimeout = Timeout.InfiniteTimeSpan);
        await using DaemonOccupation occupation = await daemon.OccupyAsync("IndexAsync");

        Task<int> waiting = client.AddAsync(1, 2);
        await daemon.UntilAsync(static status => status.Waiting == 1);
        Assert.False(waiting.IsCompleted);
        await occupation.DisposeAsync();

        Assert.Equal(3, await waiting.InTime());
    }

    [Fact]
    public async Task Tool_can_cancel_the_task_that_occupies_the_daemon()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        await using DaemonOccupation occupation = await daemon.OccupyAsync("IndexAsync");

        Assert.Equal(CancelOutcome.Stopped, await client.Daemon.CancelAsync().InTime());

        Assert.True(occupation.HasEnded);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Daemon_is_occupied_before_the_first_client_comes_and_only_once()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using DaemonOccupation occupation = await daemon.OccupyAsync("IndexAsync");

        await Assert.ThrowsAsync<InvalidOperationException>(() => daemon.OccupyAsync("OtherAsync").InTime());

        await using TestServiceClient client = await daemon.ConnectAsync();
        Assert.Equal(DaemonOrigin.Reused, client.Daemon.Origin);
        Assert.Equal("IndexAsync", (await client.Daemon.GetStatusAsync().InTime()).Task?.Method);
    }
}
