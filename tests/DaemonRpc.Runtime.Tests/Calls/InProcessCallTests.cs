namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>Calls to a daemon in this process: the whole way but for the process and the socket.</summary>
public sealed class InProcessCallTests : IAsyncLifetime
{
    private readonly Sample _handler = new();
    private readonly SampleClient _client;

    public InProcessCallTests() => _client = SampleClient.InProcess(_handler);

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Result_comes_back()
    {
        Assert.Equal("hello", await _client.EchoAsync("hello"));
        Assert.Equal(DaemonOrigin.InProcess, _client.Daemon.Origin);
        Assert.Equal(1, (await _client.Daemon.GetStatusAsync().Soon()).TasksFinished);
    }

    [Fact]
    public async Task Large_arguments_and_results_come_whole()
    {
        string large = new('x', 3_000_000);

        Assert.Equal(large, await _client.EchoAsync(large));
    }

    [Fact]
    public async Task Error_has_type_message_and_stack_and_the_daemon_goes_on()
    {
        _handler.Echo = (_, _) => throw new InvalidDataException("The index is broken.");

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(() => _client.EchoAsync("x"));

        Assert.Equal(("System.IO.InvalidDataException", "The index is broken."), (error.RemoteType, error.Message));
        Assert.Contains(nameof(Error_has_type_message_and_stack_and_the_daemon_goes_on), error.RemoteStackTrace, StringComparison.Ordinal);
        DaemonStatus status = await _client.Daemon.GetStatusAsync().Soon();
        Assert.Equal((DaemonState.Error, "EchoAsync failed: The index is broken."), (status.State, status.Message));
        _handler.Echo = (text, _) => Task.FromResult(text);
        Assert.Equal("again", await _client.EchoAsync("again"));
    }

    [Fact]
    public async Task Exception_whose_text_throws_is_answered_all_the_same()
    {
        _handler.Echo = (_, _) => throw new SpitefulException();

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(() => _client.EchoAsync("x"));

        Assert.Contains(nameof(SpitefulException), error.RemoteType, StringComparison.Ordinal);
        _handler.Echo = (text, _) => Task.FromResult(text);
        Assert.Equal("again", await _client.EchoAsync("again"));
    }

    [Fact]
    public async Task Cancellation_that_nobody_asked_for_is_an_error()
    {
        _handler.Echo = (_, _) => throw new OperationCanceledException("I had enough.");

        Assert.Equal("I had enough.", (await Assert.ThrowsAsync<DaemonRemoteException>(() => _client.EchoAsync("x"))).Message);
    }

    [Fact]
    public async Task Method_that_does_not_exist_is_a_protocol_error() =>
        await Assert.ThrowsAsync<DaemonProtocolException>(() => _client.Request(99, "GoneAsync").SendAsync(default).Soon());

    [Fact]
    public async Task Too_few_or_wrong_arguments_are_a_protocol_error_and_the_daemon_goes_on()
    {
        _ = await Assert.ThrowsAsync<DaemonProtocolException>(() => _client.Request(1, "EchoAsync").SendAsync<string>(default).Soon());
        _ = await Assert.ThrowsAsync<DaemonProtocolException>(() => _client.Request(1, "EchoAsync").With((byte)7).SendAsync<string>(default).Soon());

        Assert.Equal("fine", await _client.EchoAsync("fine"));
    }

    [Fact]
    public async Task Second_call_is_refused_at_once_and_told_what_runs()
    {
        var gate = new Gate();
        _handler.Echo = gate.RunAsync;
        Task<string> first = _client.EchoAsync("first");
        await gate.Begun;

        DaemonBusyException busy = await Assert.ThrowsAsync<DaemonBusyException>(() => _client.EchoAsync("second"));

        Assert.Equal(("EchoAsync", Environment.ProcessId), (busy.Task?.Method, busy.Task?.ClientProcessId));
        gate.Open();
        Assert.Equal("first", await first);
    }

    [Fact]
    public async Task Cancelled_call_ends_when_the_handler_has()
    {
        var gate = new Gate();
        _handler.Echo = gate.RunAsync;
        using var cancel = new CancellationTokenSource();
        Task<string> call = _client.EchoAsync("x", cancel.Token);
        await gate.Begun;
        await cancel.CancelAsync();

        DaemonTaskCanceledException canceled = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call);

        Assert.Equal((CancelOutcome.Stopped, Environment.ProcessId, cancel.Token), (canceled.Outcome, canceled.CanceledBy, canceled.CancellationToken));
        _handler.Echo = (text, _) => Task.FromResult(text);
        Assert.Equal("not refused", await _client.EchoAsync("not refused"));
    }

    [Fact]
    public async Task Call_cancelled_before_it_was_made_never_starts()
    {
        bool ran = false;
        _handler.Echo = (text, _) =>
        {
            ran = true;
            return Task.FromResult(text);
        };

        DaemonTaskCanceledException canceled = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => _client.EchoAsync("x", new CancellationToken(true)));

        Assert.Equal(CancelOutcome.NeverStarted, canceled.Outcome);
        Assert.False(ran);
    }

    [Fact]
    public async Task Task_that_finishes_although_cancelled_gives_its_result_and_the_canceller_hears_it()
    {
        var gate = new Gate();
        _handler.Echo = gate.RunStubbornlyAsync;
        Task<string> call = _client.EchoAsync("done");
        await gate.Begun;
        Task<CancelOutcome> cancelling = _client.Daemon.CancelAsync();
        gate.Open();

        // Either was first; both ends are told the same.
        Assert.True(await cancelling.Soon() is CancelOutcome.Completed or CancelOutcome.NothingRunning);
        Assert.Equal("done", await call);
    }

    [Fact]
    public async Task Anybody_may_cancel_and_the_owner_hears_who()
    {
        var gate = new Gate();
        _handler.Echo = gate.RunAsync;
        Task<string> call = _client.EchoAsync("x");
        await gate.Begun;
        DaemonTask task = (await _client.Daemon.GetStatusAsync().Soon()).Task!;

        Assert.Equal(CancelOutcome.NothingRunning, await _client.Daemon.CancelAsync(task.Id with { Number = task.Id.Number + 1 }).Soon());
        Assert.Equal(CancelOutcome.Stopped, await _client.Daemon.CancelAsync(task.Id).Soon());

        DaemonTaskCanceledException canceled = await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call);
        Assert.Equal((CancelOutcome.Stopped, default(CancellationToken)), (canceled.Outcome, canceled.CancellationToken));
        Assert.Equal(CancelOutcome.NothingRunning, await _client.Daemon.CancelAsync().Soon());
    }

    [Fact]
    public async Task Task_that_ignores_its_token_is_abandoned_and_the_daemon_takes_no_more()
    {
        var gate = new Gate();
        _handler.Echo = gate.RunStubbornlyAsync;
        Task<string> call = _client.EchoAsync("x");
        await gate.Begun;

        Assert.Equal(CancelOutcome.Abandoned, await _client.Daemon.CancelAsync().Soon());
        Assert.Equal(CancelOutcome.Abandoned, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call)).Outcome);
        DaemonDisconnectedException refused = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => _client.EchoAsync("more"));
        Assert.False(refused.MayHaveRun);
        gate.Open();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stopped_daemon_has_gone_when_that_is_said(bool force)
    {
        _ = await _client.EchoAsync("x");

        await _client.Daemon.StopAsync(force).Soon();

        Assert.Equal(1, _handler.Disposals);
        _ = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => _client.EchoAsync("more"));
    }

    [Fact]
    public async Task Stop_lets_the_running_task_finish_and_force_cancels_it()
    {
        var gate = new Gate();
        _handler.Echo = gate.RunAsync;
        Task<string> call = _client.EchoAsync("x");
        await gate.Begun;

        await _client.Daemon.StopAsync(force: true).Soon();

        Assert.Equal(CancelOutcome.Stopped, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call)).Outcome);
    }

    [Fact]
    public async Task Handler_is_disposed_once_after_its_running_task()
    {
        var gate = new Gate();
        int disposalsAtEnd = -1;
        _handler.Echo = async (text, cancellationToken) =>
        {
            try
            {
                return await gate.RunAsync(text, cancellationToken);
            }
            finally
            {
                disposalsAtEnd = _handler.Disposals;
            }
        };
        Task<string> call = _client.EchoAsync("x");
        await gate.Begun;

        await _client.DisposeAsync();
        await _client.DisposeAsync();

        Assert.Equal((0, 1), (disposalsAtEnd, _handler.Disposals));
        _ = await Assert.ThrowsAnyAsync<Exception>(() => call);
        _ = await Assert.ThrowsAsync<ObjectDisposedException>(() => _client.EchoAsync("more"));
    }

    [Fact]
    public async Task Options_of_the_client_apply()
    {
        Sample handler = new();
        var gate = new Gate();
        handler.Echo = gate.RunAsync;
        await using var client = SampleClient.InProcess(handler, options: new DaemonClientOptions { Instance = "one", BusyTimeout = Timeout.InfiniteTimeSpan });
        Task<string> first = client.EchoAsync("first");
        await gate.Begun;
        Task<string> second = client.EchoAsync("second");
        await Patience.InThread(() => Patience.Until(() => client.Daemon.GetStatusAsync().GetAwaiter().GetResult().Waiting == 1));
        gate.Open();

        Assert.Equal(["first", "second"], await Task.WhenAll(first, second));
        Assert.Equal("one", handler.Context!.Instance);

        Sample slow = new() { Echo = new Gate().RunAsync };
        await using var impatient = SampleClient.InProcess(slow, options: new DaemonClientOptions { CallTimeout = TimeSpan.FromMilliseconds(10) });
        _ = await Assert.ThrowsAsync<DaemonTimeoutException>(() => impatient.EchoAsync("x"));
    }

    [Fact]
    public async Task Factory_that_throws_fails_every_call_with_its_error()
    {
        var channel = DaemonRpc.CodeGen.CallChannel.ConnectInProcess<Sample>(
            SampleDispatcher.Contract, _ => throw new InvalidDataException("No index."), sample => new SampleDispatcher(sample), options: null);
        await using var client = new SampleClient(channel);

        for (int call = 0; call < 2; call++)
        {
            DaemonStartException failed = await Assert.ThrowsAsync<DaemonStartException>(() => client.EchoAsync("x"));
            Assert.Equal("No index.", failed.InnerException?.Message);
        }
    }

    [Fact]
    public async Task Watch_begins_with_the_current_status_and_ends_with_the_daemon()
    {
        var seen = new List<DaemonStatus>();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task watching = Task.Run(async () =>
        {
            await foreach (DaemonStatus status in _client.Daemon.WatchStatusAsync())
            {
                seen.Add(status);
                _ = first.TrySetResult();
            }
        });
        await first.Task.Soon();
        _ = await _client.EchoAsync("x");
        await _client.DisposeAsync();

        await watching.Soon();
        Assert.Equal(seen.Select(status => status.Sequence).Order().Distinct(), seen.Select(status => status.Sequence));
        Assert.Equal((DaemonState.Stopping, 1), (seen[^1].State, seen[^1].TasksFinished));
    }

    private sealed class SpitefulException : Exception
    {
        public override string Message => throw new InvalidOperationException("No text.");

        public override string ToString() => throw new InvalidOperationException("No text either.");
    }
}
