using System.Runtime.CompilerServices;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>Streams that a caller passes, and whose items the handler asks for.</summary>
public sealed class StreamArgumentTests : IAsyncLifetime
{
    private const int PieceBytes = 1024;

    // What fits into the credit of 256 KiB, into the frame beyond it, and into the one that is being filled.
    private const int MostAhead = 256 + 16;

    private readonly Sample _handler = new();
    private readonly SampleClient _client;

    public StreamArgumentTests() => _client = SampleClient.InProcess(_handler);

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Items_of_several_streams_come_in_their_order()
    {
        _handler.Import = async (pieces, words, cancellationToken) =>
        {
            IAsyncEnumerator<byte[]> piece = pieces!.GetAsyncEnumerator(cancellationToken);
            int pairs = 0;
            await foreach (string word in words!.WithCancellation(cancellationToken))
            {
                Assert.True(await piece.MoveNextAsync());
                Assert.Equal(word, $"{BitConverter.ToInt32(piece.Current)}");
                pairs++;
            }

            Assert.False(await piece.MoveNextAsync());
            await piece.DisposeAsync();
            return $"{pairs} pairs";
        };

        Assert.Equal("50000 pairs", await _client.ImportAsync(Pieces(), Words()));

        static async IAsyncEnumerable<byte[]> Pieces()
        {
            for (int number = 0; number < 50_000; number++)
            {
                yield return BitConverter.GetBytes(number);
                if (number % 5000 == 0)
                {
                    await Task.Yield();
                }
            }
        }

        static async IAsyncEnumerable<string> Words()
        {
            for (int number = 0; number < 50_000; number++)
            {
                if (number % 7000 == 0)
                {
                    await Task.Yield();
                }

                yield return $"{number}";
            }
        }
    }

    [Fact]
    public async Task Handler_gets_null_where_the_caller_passed_null()
    {
        _handler.Import = async (pieces, words, cancellationToken) => $"{pieces is null} {(words is null ? "" : await words.CountAsync(cancellationToken))}";

        Assert.Equal("True ", await _client.ImportAsync(null));
        Assert.Equal("True 3", await _client.ImportAsync(null, Of("a", "b", "c")));
    }

    [Theory]
    [InlineData(32 * 1024)]
    [InlineData(1)]
    [InlineData(3 * 1024 * 1024)]
    public async Task Arrays_of_every_size_arrive(int length)
    {
        _handler.Import = static async (pieces, _, _) =>
        {
            long sum = 0;
            await foreach (byte[] piece in pieces!)
            {
                sum += piece.Length + piece[^1];
            }

            return $"{sum}";
        };

        string sum = await _client.ImportAsync(AsyncEnumerable.Range(0, 20).Select(number =>
        {
            byte[] piece = new byte[length];
            piece[^1] = (byte)number;
            return piece;
        }));

        Assert.Equal($"{(20L * length) + 190}", sum);
    }

    [Fact]
    public async Task Slow_handler_slows_its_caller()
    {
        int yielded = 0;
        int lead = 0;
        _handler.Import = async (pieces, _, _) =>
        {
            int taken = 0;
            await foreach (byte[] piece in pieces!)
            {
                if (taken == 0)
                {
                    Patience.Until(() => Volatile.Read(ref yielded) >= 200);
                }

                lead = Math.Max(lead, Volatile.Read(ref yielded) - taken);
                taken += piece.Length / PieceBytes;
            }

            return $"{taken}";
        };

        string taken = await _client.ImportAsync(AsyncEnumerable.Range(0, 20_000).Select(_ =>
        {
            _ = Interlocked.Increment(ref yielded);
            return new byte[PieceBytes];
        }));

        Assert.Equal("20000", taken);
        Assert.InRange(lead, 200, MostAhead);
    }

    [Fact]
    public async Task Callers_exception_comes_after_its_items_and_back_to_the_caller_if_the_handler_lets_it_pass()
    {
        List<string> taken = [];
        DaemonRemoteException? seen = null;
        _handler.Import = async (_, words, _) =>
        {
            try
            {
                await foreach (string word in words!)
                {
                    taken.Add(word);
                }
            }
            catch (DaemonRemoteException exception)
            {
                seen = exception;
                throw;
            }

            return "";
        };
        InvalidTimeZoneException mine = new("Mine.");

        InvalidTimeZoneException caught = await Assert.ThrowsAsync<InvalidTimeZoneException>(() => _client.ImportAsync(null, Of("a", "b").Concat(Failing(mine))));

        Assert.Same(mine, caught);
        Assert.Equal(["a", "b"], taken);
        Assert.Equal(("Mine.", typeof(InvalidTimeZoneException).FullName), (seen!.Message, seen.RemoteType));
        Assert.Contains("--- in the caller: System.InvalidTimeZoneException ---", seen.ToString(), StringComparison.Ordinal);
        Assert.Equal("again", await _client.EchoAsync("again"));
    }

    [Fact]
    public async Task Handler_may_go_on_after_the_callers_exception()
    {
        _handler.Import = static async (_, words, cancellationToken) =>
        {
            try
            {
                return $"{await words!.CountAsync(cancellationToken)}";
            }
            catch (DaemonRemoteException exception)
            {
                return $"not counted: {exception.Message}";
            }
        };

        Assert.Equal("not counted: Mine.", await _client.ImportAsync(null, Failing(new InvalidDataException("Mine."))));
    }

    [Fact]
    public async Task Handlers_own_exception_is_not_taken_for_the_callers()
    {
        _handler.Import = static async (_, words, cancellationToken) =>
        {
            try
            {
                return $"{await words!.CountAsync(cancellationToken)}";
            }
            catch (DaemonRemoteException)
            {
                throw new FormatException("The handler's.");
            }
        };

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(() => _client.ImportAsync(null, Failing(new InvalidDataException("Mine."))));

        Assert.Equal(("The handler's.", typeof(FormatException).FullName), (error.Message, error.RemoteType));
    }

    [Fact]
    public async Task Each_enumeration_enumerates_the_callers_stream_anew()
    {
        _handler.Import = static async (_, words, cancellationToken) => $"{await words!.CountAsync(cancellationToken)} {string.Concat(await words!.ToListAsync(cancellationToken))}";
        int enumerations = 0;

        Assert.Equal("2 ab", await _client.ImportAsync(null, Words()));
        Assert.Equal(2, enumerations);

        async IAsyncEnumerable<string> Words()
        {
            enumerations++;
            await Task.Yield();
            yield return "a";
            yield return "b";
        }
    }

    [Fact]
    public async Task Stream_that_nobody_reads_is_never_begun()
    {
        int enumerations = 0;

        Assert.Equal("", await _client.ImportAsync(null, Words()));
        Assert.Equal(0, enumerations);

        async IAsyncEnumerable<string> Words()
        {
            enumerations++;
            await Task.Yield();
            yield return "a";
        }
    }

    [Fact]
    public async Task Stream_in_stream_out_at_the_consumers_pace()
    {
        _handler.Convert = Convert;
        int yielded = 0;
        List<string> all = await _client.ConvertAsync(Words(1000)).ToListAsync();
        Assert.Equal(Enumerable.Range(0, 1000).Select(static number => $"<{number}>"), all);

        // Everything that fits on the way, twice, is far less than all.
        yielded = 0;
        Assert.Equal("<0>", await _client.ConvertAsync(Words(10_000_000)).FirstAsync());
        Assert.InRange(Volatile.Read(ref yielded), 1, 1_000_000);
        Assert.Equal("again", await _client.EchoAsync("again"));

        static async IAsyncEnumerable<string> Convert(IAsyncEnumerable<string> words, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (string word in words.WithCancellation(cancellationToken))
            {
                yield return $"<{word}>";
            }
        }

        async IAsyncEnumerable<string> Words(int count)
        {
            await Task.Yield();
            for (int number = 0; number < count; number++)
            {
                _ = Interlocked.Increment(ref yielded);
                yield return $"{number}";
            }
        }
    }

    [Fact]
    public async Task Stream_that_calls_its_own_daemon_is_told_so()
    {
        _handler.Import = static async (_, words, cancellationToken) => await words!.FirstAsync(cancellationToken);

        DaemonReentrancyException told = await Assert.ThrowsAsync<DaemonReentrancyException>(() => _client.ImportAsync(null, Words()));
        Assert.Contains("EchoAsync was called from within the task ImportAsync", told.Message, StringComparison.Ordinal);
        Assert.Equal("again", await _client.EchoAsync("again"));

        async IAsyncEnumerable<string> Words()
        {
            yield return await _client.EchoAsync("from within");
        }
    }

    [Fact]
    public async Task Callers_code_runs_in_the_pool_within_the_calls_execution_context()
    {
        _handler.Import = static async (_, words, cancellationToken) => await words!.FirstAsync(cancellationToken);
        AsyncLocal<string> local = new();

        (string Word, int Caller) result = await Patience.InThread(() =>
        {
            local.Value = "mine";
            return (_client.ImportAsync(null, Words()).GetAwaiter().GetResult(), Environment.CurrentManagedThreadId);
        });

        Assert.Equal("mine True", result.Word[..result.Word.LastIndexOf(' ')]);
        Assert.NotEqual($"{result.Caller}", result.Word.Split(' ')[^1]);

        async IAsyncEnumerable<string> Words()
        {
            yield return $"{local.Value} {Thread.CurrentThread.IsThreadPoolThread} {Environment.CurrentManagedThreadId}";
            await Task.CompletedTask;
        }
    }

    private static IAsyncEnumerable<string> Of(params string[] words) => words.ToAsyncEnumerable();

    private static async IAsyncEnumerable<string> Failing(Exception exception)
    {
        await Task.Yield();
        if (exception is not null)
        {
            throw exception;
        }

        yield return "never";
    }
}
