namespace DaemonRpc.Process.Tests.Calling;

public sealed class WarmCallTests : SandboxTests
{
    [Fact]
    public async Task Arguments_and_results_travel()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        Assert.Equal(42, await client.AddAsync(40, 2).InTime());
        Assert.Equal(42, await client.AddAsync(41).InTime());
        Assert.Equal("zażółć 🦄", await client.EchoAsync("zażółć 🦄").InTime());
        Assert.Equal("(null)", await client.EchoAsync(null).InTime());
    }

    [Fact]
    public async Task Handler_lives_as_long_as_the_daemon()
    {
        TestServiceClient first = await Sandbox.ConnectAsync();
        TestServiceClient second = await Sandbox.ConnectAsync();

        Assert.Equal(1, await first.CountAsync().InTime());
        Assert.Equal(2, await second.CountAsync().InTime());
        Assert.Equal(3, await first.CountAsync().InTime());
    }

    [Fact]
    public async Task Collections_and_tuples_travel()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        Dictionary<string, List<(int Number, string? Text)>> groups = await client.GroupAsync(["ant", "bee", "ape"]).InTime();

        Assert.Equal(["a", "b"], groups.Keys.Order());
        Assert.Equal([(0, "ant"), (2, "ape")], groups["a"]);
        Assert.Equal([(1, "bee")], groups["b"]);
    }

    [Fact]
    public async Task Ten_megabytes_travel_both_ways()
    {
        const int Length = 10_000_000;
        TestServiceClient client = await Sandbox.ConnectAsync();

        Assert.Equal(Length, await client.LengthAsync(new byte[Length]).InTime());
        Assert.Equal(Length, (await client.BytesAsync(Length).InTime()).Length);
    }

    [Fact]
    public async Task Streams_yield_every_item_in_order()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        var numbers = new List<int>();

        // More than the daemon may send ahead.
        await foreach (int number in client.NumbersAsync(100_000))
        {
            numbers.Add(number);
        }

        Assert.Equal(Enumerable.Range(0, 100_000), numbers);
        Assert.Equal(DaemonState.Ready, (await client.Daemon.GetStatusAsync().InTime()).State);
    }

    [Fact]
    public async Task Handler_sees_who_calls()
    {
        Environment.SetEnvironmentVariable("TESTDAEMON_FORWARDED", "from the test");
        DaemonClientOptions options = Sandbox.Options();
        options.ForwardEnvironment = ["TESTDAEMON_FORWARDED"];
        TestServiceClient client = await Sandbox.ConnectAsync(options);

        Description description = await client.DescribeAsync().InTime();

        Assert.Equal(Environment.ProcessId, description.CallerProcessId);
        Assert.Equal(Environment.CurrentDirectory, description.CallerDirectory);
        Assert.Equal("from the test", description.Forwarded);
    }

    [Fact]
    public async Task Variable_that_is_not_forwarded_stays_at_home()
    {
        Environment.SetEnvironmentVariable("TESTDAEMON_FORWARDED", "from the test");
        TestServiceClient client = await Sandbox.ConnectAsync();

        Assert.Null((await client.DescribeAsync().InTime()).Forwarded);
        Assert.DoesNotContain("TESTDAEMON_FORWARDED", ProcessTable.EnvironmentOf(client.Daemon.ProcessId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_calls_at_once_all_succeed_one_after_another()
    {
        DaemonClientOptions options = Sandbox.Options();
        options.BusyTimeout = Timeout.InfiniteTimeSpan;
        TestServiceClient client = await Sandbox.ConnectAsync(options);

        int[] others = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.OverlapAsync(rounds: 20))).InTime();

        Assert.Equal(50, others.Length);
        Assert.All(others, ranBeside => Assert.Equal(0, ranBeside));
    }

    [Fact]
    public async Task Client_that_was_disposed_refuses_calls()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        await client.DisposeAsync().InTime();

        _ = await Assert.ThrowsAsync<ObjectDisposedException>(() => client.AddAsync(1, 2).InTime());
    }
}
