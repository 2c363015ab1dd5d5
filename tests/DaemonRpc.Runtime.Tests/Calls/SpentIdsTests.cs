using DaemonRpc.CodeGen;
using DaemonRpc.Session;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>A client that lives for so many calls that their numbers come to an end.</summary>
public sealed class SpentIdsTests : IAsyncLifetime
{
    private readonly Sample _handler = new();
    private readonly CallChannel _channel;
    private readonly SampleClient _client;

    public SpentIdsTests()
    {
        _channel = CallChannel.ConnectInProcess(SampleDispatcher.Contract, _ => _handler, static sample => new SampleDispatcher(sample), options: null);
        _client = new SampleClient(_channel);
    }

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Theory]
    [InlineData(CallTable.LastOfCalls - 3)]
    [InlineData(uint.MaxValue - 3)]
    public async Task Calls_go_on_over_another_connection(uint last)
    {
        _channel.Connection.OpenSession!.Calls.LastId = last;

        for (int call = 0; call < 10; call++)
        {
            Assert.Equal($"{call}", await _client.EchoAsync($"{call}"));
        }

        Assert.Equal(10, (await _client.Daemon.GetStatusAsync().Soon()).TasksFinished);
    }

    [Fact]
    public async Task Connection_whose_ids_are_spent_ends_with_its_last_answer()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.Echo = async (text, cancellationToken) =>
        {
            running.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return text;
        };
        ClientSession spent = _channel.Connection.OpenSession!;
        spent.Calls.LastId = CallTable.LastOfCalls - 1;
        using var cancellation = new CancellationTokenSource();
        Task<string> last = _client.EchoAsync("last", cancellation.Token);
        await running.Task.Soon();
        Assert.Null(_channel.Connection.OpenSession);
        _ = await Assert.ThrowsAsync<DaemonBusyException>(() => _client.EchoAsync("next"));
        Assert.False(spent.Ended.IsCompleted);

        // Its calls can be cancelled still, and the daemon asked whether it is alive.
        await cancellation.CancelAsync();
        Assert.Equal(CancelOutcome.Stopped, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => last)).Outcome);

        Assert.Null((await spent.Ended.Soon()).Failure);
        _handler.Echo = static (text, _) => Task.FromResult(text);
        Assert.Equal("after", await _client.EchoAsync("after"));
    }
}
