namespace DaemonRpc.Testing.Tests.Faults;

/// <summary>A connection that ends while its daemon lives on.</summary>
public sealed class CutTests
{
    [Fact]
    public async Task Cut_before_the_request_is_repeated_on_the_same_daemon()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        Assert.Equal(1, await client.CountAsync().InTime());
        using CallFault cut = daemon.CutNext(CallPoint.BeforeRequest);

        Assert.Equal(2, await client.CountAsync().InTime());

        Assert.True(cut.Reached.IsCompleted);
        Assert.Equal(DaemonOrigin.Reused, client.Daemon.Origin);
    }

    [Fact]
    public async Task Cut_before_the_handler_may_have_run_and_did_not()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        daemon.CutNext(CallPoint.BeforeHandler);

        Assert.True((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.CountAsync().InTime())).MayHaveRun);

        await daemon.UntilAsync(static status => status.Task is null);
        Assert.Equal(1, await client.CountAsync().InTime());
    }

    [Fact]
    public async Task Cut_after_the_handler_did_run()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        daemon.CutNext(CallPoint.AfterHandler);

        Assert.True((await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.CountAsync().InTime())).MayHaveRun);

        await daemon.UntilAsync(static status => status.Task is null);
        Assert.Equal(2, await client.CountAsync().InTime());
    }

    [Fact]
    public async Task Daemon_that_goes_on_without_its_client_runs_a_call_that_was_cut_before_its_handler()
    {
        await using TestDaemon daemon = Daemons.Create(configure: static options => options.DisconnectBehavior = DisconnectBehavior.ContinueTask);
        await using TestServiceClient client = await daemon.ConnectAsync();
        daemon.CutNext(CallPoint.BeforeHandler);

        await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.CountAsync().InTime());

        await daemon.UntilAsync(static status => status.Task is null);
        Assert.Equal(2, await client.CountAsync().InTime());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700)]
    public async Task Stream_is_cut_after_exactly_so_many_items(int count)
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        using CallFault cut = daemon.CutNext(CallPoint.AfterItems(count), nameof(ITestService.NumbersAsync));
        int received = 0;

        await Assert.ThrowsAsync<DaemonDisconnectedException>(async () =>
        {
            await foreach (int _ in client.NumbersAsync(1000))
            {
                received++;
            }
        }).InTime();

        Assert.Equal(count, received);
        Assert.True(cut.Reached.IsCompleted);
    }

    [Fact]
    public async Task Large_items_are_counted_too()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        daemon.CutNext(CallPoint.AfterItems(3));
        var received = new List<byte[]>();

        await Assert.ThrowsAsync<DaemonDisconnectedException>(async () =>
        {
            await foreach (byte[] piece in client.PiecesAsync(200_000, 10))
            {
                received.Add(piece);
            }
        }).InTime();

        Assert.Equal([200_000, 200_000, 200_000], received.Select(static piece => piece.Length));
    }

    [Fact]
    public async Task Stream_that_ends_before_the_point_is_whole()
    {
        await using TestDaemon daemon = Daemons.Create();
        await using TestServiceClient client = await daemon.ConnectAsync();
        using CallFault cut = daemon.CutNext(CallPoint.AfterItems(11));

        Assert.Equal(10, await client.NumbersAsync(10).CountAsync().InTime());

        Assert.False(cut.Reached.IsCompleted);
    }
}
