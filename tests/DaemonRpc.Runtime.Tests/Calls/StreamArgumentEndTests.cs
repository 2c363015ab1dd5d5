using System.Runtime.CompilerServices;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>The end of streams that a caller passes: left, cancelled, or after the call.</summary>
public sealed class StreamArgumentEndTests : IAsyncLifetime
{
    private readonly Sample _handler = new();
    private readonly SampleClient _client;

    public StreamArgumentEndTests() => _client = SampleClient.InProcess(_handler);

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Enumeration_that_the_handler_leaves_ends_at_the_caller_before_the_call()
    {
        _handler.Import = static async (_, words, cancellationToken) => await words!.FirstAsync(cancellationToken);
        int cleanups = 0;

        for (int call = 0; call < 200; call++)
        {
            Assert.Equal("word", await _client.ImportAsync(null, Words()));
            Assert.Equal(call + 1, Volatile.Read(ref cleanups));
        }

        async IAsyncEnumerable<string> Words([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                while (true)
                {
                    yield return "word";
                }
            }
            finally
            {
                await Task.Yield();
                Assert.True(cancellationToken.IsCancellationRequested);
                _ = Interlocked.Increment(ref cleanups);
            }
        }
    }

    [Fact]
    public async Task Call_does_not_wait_for_an_item_that_may_never_come()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.Import = async (_, words, cancellationToken) =>
        {
            IAsyncEnumerator<string> enumerator = words!.GetAsyncEnumerator(cancellationToken);
            await using (enumerator)
            {
                Assert.True(await enumerator.MoveNextAsync());
                await asked.Task;
                return enumerator.Current;
            }
        };
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cleanup = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        Assert.Equal("word", await _client.ImportAsync(null, Words()));

        Assert.False(cleanup.Task.IsCompleted);
        next.SetResult();
        await cleanup.Task.Soon();

        async IAsyncEnumerable<string> Words()
        {
            try
            {
                yield return "word";
                asked.SetResult();
                await next.Task;
                yield return "unwanted";
                Assert.Fail("Asked for more than it was wanted.");
            }
            finally
            {
                cleanup.SetResult();
            }
        }
    }

    [Fact]
    public async Task Handler_that_waits_for_an_item_is_cancelled_with_its_call()
    {
        var stopped = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.Import = async (_, words, _) =>
        {
            try
            {
                return await words!.FirstAsync(CancellationToken.None);
            }
            catch (Exception exception)
            {
                stopped.SetResult(exception);
                throw;
            }
        };
        using var cancel = new CancellationTokenSource();
        Task<string> call = _client.ImportAsync(null, Never(), cancel.Token);
        await asked.Task.Soon();

        await cancel.CancelAsync();

        Assert.Equal(CancelOutcome.Stopped, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call)).Outcome);
        _ = Assert.IsAssignableFrom<OperationCanceledException>(await stopped.Task.Soon());
        await ended.Task.Soon();

        async IAsyncEnumerable<string> Never([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            asked.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                ended.SetResult();
            }

            yield return "never";
        }
    }

    [Fact]
    public async Task Handlers_own_token_ends_its_wait_and_the_callers_enumeration()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.Import = async (_, words, _) =>
        {
            using var own = new CancellationTokenSource();
            IAsyncEnumerator<string> enumerator = words!.GetAsyncEnumerator(own.Token);
            await using (enumerator)
            {
                ValueTask<bool> next = enumerator.MoveNextAsync();
                await begun.Task;
                await own.CancelAsync();
                OperationCanceledException canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.AsTask());
                Assert.Equal(own.Token, canceled.CancellationToken);
            }

            await ended.Task;
            return "went on";
        };

        Assert.Equal("went on", await _client.ImportAsync(null, Never()));

        async IAsyncEnumerable<string> Never([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            using CancellationTokenRegistration registration = cancellationToken.Register(ended.SetResult);
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            yield return "never";
        }
    }

    [Fact]
    public async Task Nothing_can_be_asked_after_the_calls_end()
    {
        IAsyncEnumerable<string>? kept = null;
        IAsyncEnumerator<string>? begun = null;
        _handler.Import = async (_, words, _) =>
        {
            kept = words;
            begun = words!.GetAsyncEnumerator(CancellationToken.None);
            Assert.True(await begun.MoveNextAsync());
            return begun.Current;
        };

        Assert.Equal("0", await _client.ImportAsync(null, AsyncEnumerable.Range(0, 100_000).Select(static number => $"{number}")));

        InvalidOperationException late = await Assert.ThrowsAsync<InvalidOperationException>(async () => await kept!.FirstAsync());
        Assert.Equal("The call of ImportAsync has ended, so that its caller can no longer be asked.", late.Message);
        InvalidOperationException open = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            while (await begun!.MoveNextAsync())
            {
            }
        });
        Assert.Equal(late.Message, open.Message);
    }
}
