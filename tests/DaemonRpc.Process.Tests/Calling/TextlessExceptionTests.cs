namespace DaemonRpc.Process.Tests.Calling;

/// <summary>The texts of an exception are code of the handler's, and part of its task: they can be cancelled, and harm nobody.</summary>
/// <remarks>
/// Other tests throw exceptions of the framework, whose texts are fields. These hang, throw, or are larger than a frame may be.
/// </remarks>
public sealed class TextlessExceptionTests : SandboxTests
{
    [Fact]
    public async Task Text_that_never_comes_can_be_cancelled()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--grace", "100");
        StatusLog log = await StatusLog.OfAsync(client.Daemon);
        Task call = client.ThrowTextlessAsync("hang");
        _ = await log.WhenAsync(status => status.Message == "throwing");

        Assert.Equal(CancelOutcome.Forced, await client.Daemon.CancelAsync().InTime());

        DaemonTaskCanceledException exception = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call.InTime());
        Assert.Equal(CancelOutcome.Forced, exception.Outcome);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Text_that_never_comes_is_within_the_calls_limit()
    {
        DaemonClientOptions options = Sandbox.Options("--grace", "100");
        options.CallTimeout = TimeSpan.FromSeconds(1);
        TestServiceClient client = await Sandbox.ConnectAsync(options);

        _ = await Assert.ThrowsAsync<DaemonTimeoutException>(() => client.ThrowTextlessAsync("hang").InTime());

        Assert.Equal(3, await (await Sandbox.ConnectAsync()).AddAsync(1, 2).InTime());
    }

    [Theory]
    [InlineData("throw")]
    [InlineData("null")]
    [InlineData("huge")]
    public async Task Text_that_cannot_be_had_is_no_reason_not_to_answer(string how)
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        int daemon = client.Daemon.ProcessId;

        DaemonRemoteException exception = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.ThrowTextlessAsync(how).InTime());

        Assert.Equal("DaemonRpc.TestDaemon.TextlessException", exception.RemoteType);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(daemon, client.Daemon.ProcessId);
    }
}
