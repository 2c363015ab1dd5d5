using System.Runtime.CompilerServices;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>Progress reports of a handler to the caller's <see cref="IProgress{T}"/>.</summary>
public sealed class ProgressTests : IAsyncLifetime
{
    private const int PieceBytes = 1024;

    // What fits into the credit of 256 KiB, and into one frame beyond it.
    private const int MostAhead = 256 + 16;

    private readonly Sample _handler = new();
    private readonly SampleClient _client;

    public ProgressTests() => _client = SampleClient.InProcess(_handler);

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Reports_come_in_their_order_before_the_result()
    {
        _handler.Work = async (words, pieces, _) =>
        {
            for (int number = 0; number < 10_000; number++)
            {
                words!.Report($"{number}");
                if (number % 1000 == 0)
                {
                    pieces!.Report([(byte)(number / 1000)]);
                    await Task.Yield();
                }
            }

            return new byte[100_000];
        };
        Received<string> words = new();
        Received<byte[]> pieces = new();

        byte[] result = await _client.WorkAsync(words, pieces);

        Assert.Equal(100_000, result.Length);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(number => $"{number}"), words.Reports);
        Assert.Equal(Enumerable.Range(0, 10), pieces.Reports.Select(piece => (int)piece.Single()));
    }

    /// <remarks>A report that was there before the caller had its task ran on the caller's thread.</remarks>
    [Fact]
    public async Task No_report_runs_on_the_thread_that_makes_the_call()
    {
        _handler.Work = (words, _, _) =>
        {
            words!.Report("first");
            return Task.FromResult<byte[]>([]);
        };

        (int Caller, List<int> Reporters) threads = await Patience.InThread(() =>
        {
            List<int> reporters = [];
            var clock = System.Diagnostics.Stopwatch.StartNew();
            while (reporters.Count < 20_000 && clock.Elapsed < Patience.Limit / 4)
            {
                _client.WorkAsync(new Received<string> { OnReport = _ => reporters.Add(Environment.CurrentManagedThreadId) }).GetAwaiter().GetResult();
            }

            return (Environment.CurrentManagedThreadId, reporters);
        });

        Assert.DoesNotContain(threads.Caller, threads.Reporters);
    }

    [Fact]
    public async Task Handler_gets_null_where_the_caller_passed_null()
    {
        (bool HasWords, bool HasPieces) seen = default;
        _handler.Work = (words, pieces, _) =>
        {
            seen = (words is not null, pieces is not null);
            pieces?.Report([1]);
            return Task.FromResult<byte[]>([]);
        };
        Received<byte[]> pieces = new();

        _ = await _client.WorkAsync(null, pieces);
        Assert.Equal((false, true), seen);
        _ = Assert.Single(pieces.Reports);

        _ = await _client.WorkAsync(null);
        Assert.Equal((false, false), seen);
    }

    [Fact]
    public async Task Reports_come_before_the_error()
    {
        _handler.Work = (words, _, _) =>
        {
            words!.Report("first");
            throw new InvalidDataException("Broken.");
        };
        Received<string> words = new();

        DaemonRemoteException error = await Assert.ThrowsAsync<DaemonRemoteException>(() => _client.WorkAsync(words));

        Assert.Equal("Broken.", error.Message);
        Assert.Equal(["first"], words.Reports);
    }

    [Fact]
    public async Task Reports_of_many_threads_all_come()
    {
        _handler.Work = (words, _, _) =>
        {
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(thread => new Thread(() =>
            {
                for (int number = 0; number < 5000; number++)
                {
                    words!.Report($"{thread} {number}");
                }
            }))];
            Array.ForEach(threads, static thread => thread.Start());
            Array.ForEach(threads, static thread => thread.Join());
            return Task.FromResult<byte[]>([]);
        };
        Received<string> words = new();

        _ = await _client.WorkAsync(words);

        for (int thread = 0; thread < 4; thread++)
        {
            Assert.Equal(
                Enumerable.Range(0, 5000).Select(number => $"{thread} {number}"),
                words.Reports.Where(word => word.StartsWith($"{thread} ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Report_waits_for_a_caller_that_is_slow_and_goes_on_with_it()
    {
        int reported = 0;
        Thread? producer = null;
        _handler.Work = (_, pieces, _) =>
        {
            producer = Thread.CurrentThread;
            for (int number = 0; number < 20_000; number++)
            {
                pieces!.Report(new byte[PieceBytes]);
                Volatile.Write(ref reported, number + 1);
            }

            return Task.FromResult<byte[]>([]);
        };
        int received = 0;
        int lead = 0;
        Task<byte[]> call = _client.WorkAsync(null, new Received<byte[]>
        {
            OnReport = _ =>
            {
                if (received == 0)
                {
                    Patience.Until(() => Volatile.Read(ref reported) >= 200 && (producer!.ThreadState & ThreadState.WaitSleepJoin) != 0);
                }

                lead = Math.Max(lead, Volatile.Read(ref reported) - received);
                received++;
            },
        });
        _ = await call;

        Assert.Equal((20_000, 20_000), (reported, received));
        Assert.InRange(lead, 200, MostAhead);
    }

    [Fact]
    public async Task Report_that_waits_ends_when_the_call_is_cancelled()
    {
        var stopped = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.Work = (_, pieces, _) =>
        {
            try
            {
                while (true)
                {
                    pieces!.Report(new byte[PieceBytes]);
                }
            }
            catch (Exception exception)
            {
                stopped.SetResult(exception);
                throw;
            }
        };
        using var gate = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<byte[]> call = _client.WorkAsync(
            null,
            new Received<byte[]>
            {
                OnReport = piece =>
                {
                    _ = begun.TrySetResult();
                    gate.Wait();
                },
            },
            cancel.Token);
        await begun.Task.Soon();

        await cancel.CancelAsync();

        _ = Assert.IsType<OperationCanceledException>(await stopped.Task.Soon());
        gate.Set();
        Assert.Equal(CancelOutcome.Stopped, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call)).Outcome);
    }

    [Fact]
    public async Task Exception_of_the_callers_object_cancels_the_call_and_reaches_the_caller()
    {
        _handler.Work = async (words, _, cancellationToken) =>
        {
            words!.Report("first");
            words.Report("second");
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        };
        Received<string> words = new() { OnReport = static _ => throw new InvalidTimeZoneException("Mine.") };

        InvalidTimeZoneException mine = await Assert.ThrowsAsync<InvalidTimeZoneException>(() => _client.WorkAsync(words));
        CancelOutcome? outcome = (await _client.Daemon.GetStatusAsync().Soon()).LastCanceled?.Outcome;

        Assert.Equal("Mine.", mine.Message);
        Assert.Equal(CancelOutcome.Stopped, outcome);
        Assert.Equal("again", await _client.EchoAsync("again"));
    }

    [Fact]
    public async Task Report_after_the_calls_end_is_dropped_and_reaches_no_other_call()
    {
        IProgress<string>? kept = null;
        _handler.Work = (words, _, _) =>
        {
            kept ??= words;
            kept!.Report("now");
            return Task.FromResult<byte[]>([]);
        };
        Received<string> first = new();
        Received<string> second = new();

        _ = await _client.WorkAsync(first);
        _ = await _client.WorkAsync(second);
        _ = await _client.WorkAsync(second);

        Assert.Equal(["now"], first.Reports);
        Assert.Empty(second.Reports);
    }

    [Fact]
    public async Task Reports_of_a_stream_come_between_its_items()
    {
        _handler.WorkOn = Numbers;
        Received<string> words = new();
        var all = new List<string>();
        words.OnReport = all.Add;

        await foreach (string item in _client.WorkOnAsync(words))
        {
            all.Add(item);
        }

        Assert.Equal(Enumerable.Range(0, 1000).SelectMany(static number => new[] { $"before {number}", $"{number}" }).Append("after"), all);

        static async IAsyncEnumerable<string> Numbers(IProgress<string>? words, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (int number = 0; number < 1000; number++)
            {
                words!.Report($"before {number}");
                yield return $"{number}";
            }

            words!.Report("after");
            await Task.CompletedTask;
        }
    }
}
