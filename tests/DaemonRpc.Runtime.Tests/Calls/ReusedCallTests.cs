namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>The objects of a call serve for the next one: what is left of one must not meet another.</summary>
public sealed class ReusedCallTests : IAsyncLifetime
{
    private const int Echo = 1;

    private readonly Sample _handler = new();
    private readonly SampleClient _client;

    public ReusedCallTests() => _client = SampleClient.InProcess(_handler);

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Result_can_be_taken_once_also_when_another_call_has_the_object()
    {
        ValueTask<string> first = EchoAsync("first");
        ValueTask<string> copy = first;
        Assert.Equal("first", await first);

        _ = await Assert.ThrowsAsync<InvalidOperationException>(async () => await copy);

        ValueTask<string> second = EchoAsync("second");
        _ = await Assert.ThrowsAsync<InvalidOperationException>(async () => await copy);
        Assert.Equal("second", await second);
    }

    [Fact]
    public async Task Error_can_be_taken_once()
    {
        _handler.Echo = (_, _) => throw new InvalidDataException("The index is broken.");
        ValueTask<string> call = EchoAsync("x");
        ValueTask<string> copy = call;

        _ = await Assert.ThrowsAsync<DaemonRemoteException>(async () => await call);
        _ = await Assert.ThrowsAsync<InvalidOperationException>(async () => await copy);
    }

    [Fact]
    public async Task Result_that_is_demanded_too_early_is_still_there_to_be_awaited()
    {
        var gate = new Gate();
        _handler.Echo = gate.RunAsync;
        ValueTask<string> call = EchoAsync("x");
        ValueTask<string> copy = call;
        await gate.Begun;

        _ = Assert.Throws<InvalidOperationException>(() => copy.GetAwaiter().GetResult());

        gate.Open();
        Assert.Equal("x", await call);
    }

    [Fact]
    public async Task Result_taken_by_two_at_the_same_moment_is_given_to_one()
    {
        for (int round = 0; round < 200; round++)
        {
            ValueTask<string> call = EchoAsync("x");
            Patience.Until(() => call.IsCompleted);

            Task<bool>[] takers = [.. Enumerable.Range(0, 2).Select(_ => Patience.InThread(() => Takes(call)))];

            Assert.Equal(1, (await Task.WhenAll(takers)).Count(took => took));
        }

        Assert.Equal("fine", await EchoAsync("fine"));

        static bool Takes(ValueTask<string> call)
        {
            try
            {
                return call.GetAwaiter().GetResult() == "x";
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Call_that_nobody_awaits_harms_no_other()
    {
        for (int call = 0; call < 100; call++)
        {
            ValueTask<string> forgotten = EchoAsync("forgotten");
            Patience.Until(() => forgotten.IsCompleted);
            Assert.Equal($"{call}", await EchoAsync($"{call}"));
        }
    }

    [Fact]
    public async Task Large_arguments_and_results_leave_nothing_to_the_small_ones_after_them()
    {
        foreach (int length in new[] { 1, 3_000_000, 0, 20_000, 10, 300, 2 })
        {
            string text = new('x', length);

            Assert.Equal(text, await EchoAsync(text));
        }
    }

    [Fact]
    public async Task Argument_that_cannot_be_written_fails_its_call_when_awaited_and_no_other()
    {
        ValueTask<string> failing = _client.Request(Echo, "EchoAsync").With(new Action(() => { })).SendValueAsync<string>(default);

        DaemonProtocolException exception = await Assert.ThrowsAsync<DaemonProtocolException>(async () => await failing);

        Assert.Contains("argument 1 of EchoAsync", exception.Message, StringComparison.Ordinal);
        Assert.Equal("fine", await EchoAsync("fine"));
    }

    [Fact]
    public async Task Request_that_is_never_sent_as_its_serialiser_threw_harms_no_other()
    {
        for (int call = 0; call < 3; call++)
        {
            _ = Assert.Throws<InvalidDataException>(() => _client.Request(Echo, "EchoAsync").With(new Token(Token.Unwritable)));

            Assert.Equal("fine", await EchoAsync("fine"));
        }
    }

    [Fact]
    public async Task Result_is_read_in_the_context_of_the_call()
    {
        Token.Context.Value = "the caller's context";

        Token token = await _client.Request(Echo, "EchoAsync").With("read").SendValueAsync<Token>(default);

        Assert.Equal("read in the caller's context", token.Text);
    }

    [Fact]
    public async Task Result_that_cannot_be_read_fails_its_call_and_no_other()
    {
        for (int call = 0; call < 3; call++)
        {
            DaemonProtocolException exception = await Assert.ThrowsAsync<DaemonProtocolException>(
                async () => await _client.Request(Echo, "EchoAsync").With("x").SendValueAsync<Version[]>(default));

            Assert.Contains("result of EchoAsync", exception.Message, StringComparison.Ordinal);
            Assert.Equal("fine", await EchoAsync("fine"));
        }
    }

    [Fact]
    public async Task Method_without_a_result_is_awaited_to_its_end()
    {
        var gate = new Gate();
        _handler.Echo = gate.RunAsync;
        ValueTask call = _client.Request(Echo, "EchoAsync").With("x").SendValueAsync(default);
        await gate.Begun;
        Assert.False(call.IsCompleted);

        gate.Open();

        await call;
        await _client.Request(Echo, "EchoAsync").With("y").SendAsync(default).Soon();
        Assert.Equal("fine", await EchoAsync("fine"));
    }

    [Fact]
    public async Task Cancellation_that_races_the_result_hits_its_own_call_or_none()
    {
        for (int round = 0; round < 300; round++)
        {
            using var cancellation = new CancellationTokenSource();
            ValueTask<string> call = EchoAsync("x", cancellation.Token);
            Task canceling = round % 2 == 0 ? cancellation.CancelAsync() : Task.Run(cancellation.Cancel, CancellationToken.None);
            try
            {
                Assert.Equal("x", await call);
            }
            catch (DaemonTaskCanceledException exception)
            {
                Assert.Equal(cancellation.Token, exception.CancellationToken);
            }

            Assert.Equal("next", await EchoAsync("next"));
            await canceling;
        }
    }

    [Fact]
    public async Task Many_threads_with_one_client_each_get_their_own_results()
    {
        await using var daemon = new ForegroundDaemon();
        await using SampleClient client = await daemon.ConnectAsync(new DaemonClientOptions { BusyTimeout = Timeout.InfiniteTimeSpan });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            using var cancellation = new CancellationTokenSource();
            for (int call = 0; call < 200; call++)
            {
                string text = $"{caller} {call}";
                CancellationToken token = call % 2 == 0 ? cancellation.Token : default;

                Assert.Equal(text, await client.Request(Echo, "EchoAsync").With(text).SendValueAsync<string>(token));
            }
        }))).Soon();
    }

    private ValueTask<string> EchoAsync(string text, CancellationToken cancellationToken = default) =>
        _client.Request(Echo, "EchoAsync").With(text).SendValueAsync<string>(cancellationToken);
}
