using System.Runtime.CompilerServices;

namespace DaemonRpc.Runtime.Tests.Calls;

public sealed class StreamTests : IAsyncLifetime
{
    private readonly Sample _handler = new();
    private readonly SampleClient _client;

    public StreamTests() => _client = SampleClient.InProcess(_handler);

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200)]
    public async Task Items_come_in_order(int count)
    {
        byte[][] items = await _client.StreamAsync(count).ToArrayAsync().Soon();

        Assert.Equal(Enumerable.Range(0, count).Select(number => (byte)number), items.Select(Assert.Single));
    }

    [Theory]
    [InlineData(10_000, 256 * 1024)]
    [InlineData(64 * 1024, 1024 * 1024)]
    public async Task Slow_consumer_holds_up_the_producer(int itemSize, int window)
    {
        int produced = 0;
        _handler.Stream = (count, _) => AsyncEnumerable.Range(0, count).Select(_ =>
        {
            _ = Interlocked.Increment(ref produced);
            return new byte[itemSize];
        });

        await using IAsyncEnumerator<byte[]> items = _client.StreamAsync(1000).GetAsyncEnumerator();
        for (int consumed = 1; consumed <= 200; consumed++)
        {
            Assert.True(await items.MoveNextAsync().Soon());
            Assert.InRange(Volatile.Read(ref produced) - consumed, 0, (window / itemSize) + 2);
        }
    }

    [Fact]
    public async Task Item_larger_than_the_window_comes_too()
    {
        _handler.Stream = (count, _) => AsyncEnumerable.Range(0, count).Select(_ => new byte[1_000_000]);

        byte[][] items = await _client.StreamAsync(5).ToArrayAsync().Soon();

        Assert.Equal([1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000], items.Select(item => item.Length));
    }

    [Fact]
    public async Task Items_wait_for_no_other_though_their_producer_blocks_its_thread()
    {
        using var taken = new ManualResetEventSlim();
        _handler.Stream = (_, _) => Blocking(taken);
        var items = new List<byte[]>();
        await foreach (byte[] item in _client.StreamAsync(0))
        {
            items.Add(item);
            if (items.Count % 5 == 0)
            {
                taken.Set();
            }
        }

        Assert.Equal(15, items.Count);

        static async IAsyncEnumerable<byte[]> Blocking(ManualResetEventSlim taken)
        {
            for (int number = 0; number < 15; number++)
            {
                if (number is 5 or 10)
                {
                    // Not by awaiting: nothing but time tells that no other item comes.
                    Assert.True(taken.Wait(Patience.Limit));
                    taken.Reset();
                }

                yield return [(byte)number];
            }

            await Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Quick_items_travel_together()
    {
        const int Count = 100_000;

        Assert.Equal(Count, await _client.StreamAsync(Count).CountAsync().AsTask().Soon());
    }

    [Fact]
    public async Task Error_comes_after_the_items_before_it()
    {
        _handler.Stream = (count, _) => FailAfter(count);
        var items = new List<byte[]>();

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(async () =>
        {
            await foreach (byte[] item in _client.StreamAsync(3))
            {
                items.Add(item);
            }
        });

        Assert.Equal((3, "No more."), (items.Count, error.Message));
    }

    [Fact]
    public async Task Consumer_that_leaves_early_ends_the_task_before_it_goes_on()
    {
        bool ended = false;
        _handler.Stream = (_, cancellationToken) => EndlessAsync(() => ended = true, cancellationToken);
        await foreach (byte[] item in _client.StreamAsync(1))
        {
            Assert.Single(item);
            break;
        }

        Assert.True(ended);
        Assert.Equal("not refused", await _client.EchoAsync("not refused"));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Cancelled_stream_names_the_callers_token(bool byCall, bool byEnumerator)
    {
        _handler.Stream = (_, cancellationToken) => EndlessAsync(() => { }, cancellationToken);
        using var call = new CancellationTokenSource();
        using var enumerator = new CancellationTokenSource();
        CancellationTokenSource cancelled = byEnumerator ? enumerator : call;

        DaemonTaskCanceledException canceled = await Assert.ThrowsAsync<DaemonTaskCanceledException>(async () =>
        {
            IAsyncEnumerable<byte[]> items = _client.StreamAsync(1, byCall ? call.Token : default);
            await foreach (byte[] item in byEnumerator ? items.WithCancellation(enumerator.Token) : items.WithCancellation(default))
            {
                await cancelled.CancelAsync();
            }
        });

        Assert.Equal((CancelOutcome.Stopped, cancelled.Token), (canceled.Outcome, canceled.CancellationToken));
    }

    [Fact]
    public async Task Each_enumeration_is_a_call_of_its_own()
    {
        IAsyncEnumerable<byte[]> items = _client.StreamAsync(2);

        Assert.Equal(2, (await items.ToArrayAsync().Soon()).Length);
        Assert.Equal(2, (await items.ToArrayAsync().Soon()).Length);
        Assert.Equal(2, (await _client.Daemon.GetStatusAsync().Soon()).TasksFinished);
    }

    private static async IAsyncEnumerable<byte[]> FailAfter(int count)
    {
        for (int number = 0; number < count; number++)
        {
            yield return [(byte)number];
        }

        await Task.CompletedTask;
        throw new InvalidDataException("No more.");
    }

    private static async IAsyncEnumerable<byte[]> EndlessAsync(Action onEnd, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
                yield return [1];
            }
        }
        finally
        {
            onEnd();
        }
    }
}
