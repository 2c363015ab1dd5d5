namespace DaemonRpc.Process.Tests.Guarding;

public sealed class SizeLimitTests : SandboxTests
{
    private const int Limit = 100_000;

    [Fact]
    public async Task Arguments_that_are_too_large_are_refused_before_they_are_sent()
    {
        TestServiceClient client = await LimitedAsync();

        DaemonProtocolException exception = await Assert.ThrowsAsync<DaemonProtocolException>(() => client.LengthAsync(new byte[Limit]).InTime());

        Assert.Contains("LengthAsync", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{Limit}", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await client.Daemon.GetStatusAsync().InTime()).TasksFinished);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Variables_that_are_too_large_for_a_hello_are_named_before_anything_is_sent()
    {
        Environment.SetEnvironmentVariable("TESTDAEMON_FORWARDED", new string('x', 70_000));
        try
        {
            DaemonClientOptions options = Sandbox.Options();
            options.ForwardEnvironment = ["TESTDAEMON_FORWARDED"];

            DaemonProtocolException exception = await Assert.ThrowsAsync<DaemonProtocolException>(() => Sandbox.ConnectAsync(options).InTime());

            Assert.Contains("a daemon accepts 65536. Name fewer variables in DaemonClientOptions.ForwardEnvironment", exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TESTDAEMON_FORWARDED", null);
        }
    }

    [Fact]
    public async Task Result_that_is_too_large_fails_its_call_and_no_other()
    {
        TestServiceClient client = await LimitedAsync();
        int processId = client.Daemon.ProcessId;

        DaemonProtocolException exception = await Assert.ThrowsAsync<DaemonProtocolException>(() => client.BytesAsync(Limit).InTime());

        Assert.Contains("BytesAsync", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{Limit}", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(processId, client.Daemon.ProcessId);
    }

    [Theory]
    [InlineData(Limit - 4)]
    [InlineData(Limit - 5)]
    public async Task Result_that_just_fits_travels(int length)
    {
        TestServiceClient client = await LimitedAsync();

        Assert.Equal(length, (await client.BytesAsync(length).InTime()).Length);
    }

    private Task<TestServiceClient> LimitedAsync() => Sandbox.ConnectAsync("--limit", $"{Limit}");
}
