using DaemonRpc.CodeGen;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>Calls from within handlers, where several daemons and their clients share a process: only the flow of the code tells whose they are.</summary>
public sealed class CallWithinTests
{
    [Fact]
    public async Task Handler_that_calls_its_own_client_is_told_at_once()
    {
        Sample handler = new();
        await using SampleClient client = SampleClient.InProcess(handler);
        handler.Echo = client.EchoAsync;

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.EchoAsync("x"));

        Assert.Equal(typeof(DaemonReentrancyException).FullName, error.RemoteType);
        Assert.Contains("by its own code", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handler_in_the_foreground_that_calls_its_own_daemon_is_told_though_it_would_wait()
    {
        await using var daemon = new ForegroundDaemon();
        await using SampleClient client = await daemon.ConnectAsync();
        await using SampleClient within = await daemon.ConnectAsync(new DaemonClientOptions { BusyTimeout = Timeout.InfiniteTimeSpan });
        daemon.Handler.Echo = within.EchoAsync;

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.EchoAsync("x"));

        Assert.Equal(typeof(DaemonReentrancyException).FullName, error.RemoteType);
    }

    [Fact]
    public async Task Handler_that_calls_its_own_daemon_through_another_is_told_at_once()
    {
        Sample handler = new();
        Sample other = new();
        await using SampleClient client = SampleClient.InProcess(handler);
        await using SampleClient otherClient = SampleClient.InProcess(other);
        handler.Echo = otherClient.EchoAsync;
        other.Echo = client.EchoAsync;

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.EchoAsync("x"));

        Assert.Contains("which called another daemon", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_code_of_the_process_is_a_busy_client()
    {
        Sample handler = new();
        await using SampleClient client = SampleClient.InProcess(handler);
        var gate = new Gate();
        handler.Echo = gate.RunAsync;
        Task<string> first = client.EchoAsync("first");
        await gate.Begun;

        _ = await Assert.ThrowsAsync<DaemonBusyException>(() => client.EchoAsync("second"));

        gate.Open();
        _ = await first;
    }

    [Fact]
    public async Task What_an_earlier_task_has_left_running_is_a_busy_client()
    {
        Sample handler = new();
        await using SampleClient client = SampleClient.InProcess(handler);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<string>? left = null;
        handler.Echo = (text, _) =>
        {
            left = LeaveRunningAsync();
            return Task.FromResult(text);
        };
        _ = await client.EchoAsync("first");
        var gate = new Gate();
        handler.Echo = gate.RunAsync;
        Task<string> second = client.EchoAsync("second");
        await gate.Begun;

        go.SetResult();

        _ = await Assert.ThrowsAsync<DaemonBusyException>(() => left!);
        gate.Open();
        _ = await second;

        async Task<string> LeaveRunningAsync()
        {
            await go.Task;
            return await client.EchoAsync("left");
        }
    }

    [Fact]
    public async Task Handler_that_hands_its_call_to_a_thread_of_its_own_is_told_all_the_same()
    {
        Sample handler = new();
        await using SampleClient client = SampleClient.InProcess(handler);
        handler.Echo = (text, _) =>
        {
            Task<string>? call = null;
            var thread = new Thread(() => call = client.EchoAsync(text));
            thread.Start();
            thread.Join();
            return call!;
        };

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.EchoAsync("x"));

        Assert.Equal(typeof(DaemonReentrancyException).FullName, error.RemoteType);
    }

    [Fact]
    public async Task Stream_of_its_own_daemon_is_refused_to_the_handler_too()
    {
        Sample handler = new();
        await using SampleClient client = SampleClient.InProcess(handler);
        handler.Echo = async (_, cancellationToken) =>
        {
            await foreach (byte[] item in client.StreamAsync(3, cancellationToken))
            {
                return $"{item.Length} bytes";
            }

            return "nothing";
        };

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.EchoAsync("x"));

        Assert.Equal(typeof(DaemonReentrancyException).FullName, error.RemoteType);
    }

    [Fact]
    public async Task Factory_that_calls_back_into_the_daemon_that_waits_for_it_is_told_at_once()
    {
        Sample handler = new();
        await using SampleClient client = SampleClient.InProcess(handler);
        handler.Echo = async (text, cancellationToken) =>
        {
            await using SampleClient inner = new(CallChannel.ConnectInProcess(SampleDispatcher.Contract, Make, sample => new SampleDispatcher(sample), options: null));
            return await inner.EchoAsync(text, cancellationToken);

            Sample Make(DaemonContext context) => throw Assert.Throws<DaemonReentrancyException>(() => client.EchoAsync("back", cancellationToken).GetAwaiter().GetResult());
        };

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.EchoAsync("x"));

        Assert.Equal(typeof(DaemonStartException).FullName, error.RemoteType);
        Assert.Contains("was called from within the task EchoAsync", error.Message, StringComparison.Ordinal);
    }
}
