using System.Runtime.CompilerServices;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>A handler that asks its caller while the call runs.</summary>
public sealed class CallbackTests : IAsyncLifetime
{
    private readonly Sample _handler = new();
    private readonly SampleClient _client;

    public CallbackTests() => _client = SampleClient.InProcess(_handler);

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Handler_asks_and_is_answered()
    {
        _handler.Ask = static async (questions, _, cancellationToken) =>
        {
            string all = "";
            for (int number = 0; number < 1000; number++)
            {
                all = await questions.AskAsync($"{number}", cancellationToken);
            }

            return all;
        };

        Assert.Equal("999!", await _client.AskAsync(new Questions()));
    }

    [Fact]
    public async Task Handler_gets_null_where_the_caller_passed_null()
    {
        _handler.Ask = static (questions, _, _) => Task.FromResult($"{questions is null}");

        Assert.Equal("True", await _client.AskAsync(null));
    }

    [Fact]
    public async Task Several_questions_wait_at_once()
    {
        _handler.Ask = static async (questions, _, cancellationToken) =>
            string.Concat(await Task.WhenAll(Enumerable.Range(0, 10).Select(number => questions.AskAsync($"{number}", cancellationToken).AsTask())));
        int waiting = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        string answers = await _client.AskAsync(new Questions
        {
            OnAsk = async (question, _) =>
            {
                if (Interlocked.Increment(ref waiting) == 10)
                {
                    all.SetResult();
                }

                await all.Task;
                return question;
            },
        });

        Assert.Equal("0123456789", answers);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public async Task Arrays_go_both_ways(int length)
    {
        _handler.Ask = async (questions, _, _) => $"{(await questions.FetchAsync(Enumerable.Repeat((byte)1, length).ToArray())).Sum(static item => item)}";

        Assert.Equal($"{2 * length}", await _client.AskAsync(new Questions { OnFetch = static wanted => Task.FromResult(wanted.Select(static item => (byte)(2 * item)).ToArray()) }));
    }

    [Fact]
    public async Task Progress_that_was_reported_before_a_question_comes_before_it()
    {
        _handler.Ask = static async (questions, words, cancellationToken) =>
        {
            for (int number = 0; number < 100; number++)
            {
                words!.Report($"{number}");
                _ = await questions.AskAsync($"{number}?", cancellationToken);
            }

            return "";
        };
        List<string> seen = [];

        _ = await _client.AskAsync(
            new Questions
            {
                OnAsk = (question, _) =>
                {
                    seen.Add(question);
                    return new("yes");
                },
            },
            new Received<string> { OnReport = seen.Add });

        Assert.Equal(Enumerable.Range(0, 100).SelectMany(static number => new[] { $"{number}", $"{number}?" }), seen);
    }

    [Fact]
    public async Task Streaming_handler_is_answered_while_its_consumer_takes_its_time()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.AskOn = Ask;

        await foreach (string item in _client.AskOnAsync(new Questions
        {
            OnAsk = (question, _) =>
            {
                asked.SetResult();
                return new("yes");
            },
        }))
        {
            if (item == "first")
            {
                await asked.Task.Soon();
            }
            else
            {
                Assert.Equal("yes", item);
            }
        }

        static async IAsyncEnumerable<string> Ask(IQuestions questions, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return "first";
            yield return await questions.AskAsync("Sure?", cancellationToken);
        }
    }

    [Fact]
    public async Task Callers_exception_reaches_the_handler_and_back_the_caller()
    {
        DaemonRemoteException? seen = null;
        _handler.Ask = async (questions, _, cancellationToken) =>
        {
            try
            {
                return await questions.AskAsync("Sure?", cancellationToken);
            }
            catch (DaemonRemoteException exception)
            {
                seen = exception;
                throw;
            }
        };
        InvalidTimeZoneException mine = new("Mine.");

        Assert.Same(mine, await Assert.ThrowsAsync<InvalidTimeZoneException>(() => _client.AskAsync(new Questions { OnAsk = (_, _) => throw mine })));
        Assert.Equal(("Mine.", typeof(InvalidTimeZoneException).FullName), (seen!.Message, seen.RemoteType));
        Assert.Equal("again", await _client.EchoAsync("again"));
    }

    [Fact]
    public async Task Question_ends_with_its_call_and_the_caller_is_told()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var withdrawn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.Ask = static async (questions, _, _) => await questions.AskAsync("Sure?", CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        Task<string> call = _client.AskAsync(
            new Questions
            {
                OnAsk = async (_, cancellationToken) =>
                {
                    asked.SetResult();
                    using CancellationTokenRegistration registration = cancellationToken.Register(withdrawn.SetResult);
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    return "never";
                },
            },
            cancellationToken: cancel.Token);
        await asked.Task.Soon();

        await cancel.CancelAsync();

        Assert.Equal(CancelOutcome.Stopped, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => call)).Outcome);
        await withdrawn.Task.Soon();
    }

    [Fact]
    public async Task Handler_withdraws_a_question_and_goes_on()
    {
        var withdrawn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.Ask = async (questions, _, _) =>
        {
            using var own = new CancellationTokenSource();
            Task<string> answer = questions.AskAsync("Sure?", own.Token).AsTask();
            await asked.Task;
            await own.CancelAsync();
            OperationCanceledException canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
            Assert.Equal(own.Token, canceled.CancellationToken);
            await withdrawn.Task;
            return "went on";
        };

        string result = await _client.AskAsync(new Questions
        {
            OnAsk = async (_, cancellationToken) =>
            {
                using CancellationTokenRegistration registration = cancellationToken.Register(withdrawn.SetResult);
                asked.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return "never";
            },
        });

        Assert.Equal("went on", result);
    }

    [Fact]
    public async Task Question_after_the_calls_end_throws_at_once_and_a_waiting_one_too()
    {
        IQuestions? kept = null;
        Task<string>? waiting = null;
        var never = new TaskCompletionSource<string>();
        _handler.Ask = (questions, _, _) =>
        {
            kept = questions;
            waiting = questions.AskAsync("Sure?", CancellationToken.None).AsTask();
            return Task.FromResult("done");
        };

        Assert.Equal("done", await _client.AskAsync(new Questions { OnAsk = (_, _) => new(never.Task) }));

        InvalidOperationException late = await Assert.ThrowsAsync<InvalidOperationException>(async () => await kept!.AskAsync("Late?", CancellationToken.None));
        Assert.Equal("The call of AskAsync has ended, so that its caller can no longer be asked.", late.Message);
        Assert.Equal(late.Message, (await Assert.ThrowsAsync<InvalidOperationException>(() => waiting!)).Message);
        never.SetResult("too late");
        Assert.Equal("again", await _client.EchoAsync("again"));
    }

    [Fact]
    public async Task Status_says_what_the_task_awaits_as_long_as_it_does()
    {
        _handler.Ask = async (questions, _, cancellationToken) =>
        {
            _handler.Context!.Status.Report("working", 0.5);
            byte[] fetched = await questions.FetchAsync([]);
            Assert.Empty(fetched);
            Task<string> first = questions.AskAsync("1", cancellationToken).AsTask();
            string last = await questions.AskAsync("2", cancellationToken);
            return await first + last;
        };
        DaemonStatus? fetching = null;
        DaemonStatus? asking = null;
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string answers = await _client.AskAsync(new Questions
        {
            OnFetch = async wanted =>
            {
                fetching = await _client.Daemon.GetStatusAsync();
                return wanted;
            },
            OnAsk = async (question, cancellationToken) =>
            {
                if (question == "2")
                {
                    asking = await _client.Daemon.GetStatusAsync(cancellationToken);
                    second.SetResult();
                }

                await second.Task;
                return question;
            },
        });

        Assert.Equal("12", answers);
        Assert.Equal(("FetchAsync", "working", 0.5), (fetching!.Task!.AwaitedAnswer, fetching.Message, fetching.Progress));
        Assert.Equal($"Busy with AskAsync for process {Environment.ProcessId}, waiting for its answer to AskAsync: working (50 %)", asking!.ToString());
        Assert.Null((await _client.Daemon.GetStatusAsync()).Task);
    }

    [Fact]
    public async Task Callback_that_calls_its_own_daemon_is_told_so()
    {
        _handler.Ask = static async (questions, _, cancellationToken) => await questions.AskAsync("Sure?", cancellationToken);

        DaemonReentrancyException told = await Assert.ThrowsAsync<DaemonReentrancyException>(
            () => _client.AskAsync(new Questions { OnAsk = async (question, cancellationToken) => await _client.EchoAsync(question, cancellationToken) }));

        Assert.Contains("EchoAsync was called from within the task AskAsync", told.Message, StringComparison.Ordinal);
        Assert.Equal("again", await _client.EchoAsync("again"));
    }

    [Fact]
    public async Task Argument_that_cannot_be_sent_fails_the_question_only()
    {
        _handler.Ask = static async (questions, _, cancellationToken) =>
        {
            DaemonProtocolException unsent = await Assert.ThrowsAsync<DaemonProtocolException>(async () => await questions.TellAsync(new object()));
            return $"{unsent.Message[..27]} {await questions.AskAsync("Sure?", cancellationToken)}";
        };

        Assert.Equal("The argument 1 of TellAsync Sure?!", await _client.AskAsync(new Questions()));
    }

    [Fact]
    public async Task Questions_cost_no_reports_credit_and_leave_nothing_open()
    {
        _handler.Ask = static async (questions, words, cancellationToken) =>
        {
            for (int number = 0; number < 100; number++)
            {
                words!.Report(new string('x', 5000));
                _ = await questions.FetchAsync(new byte[20_000]);
            }

            return "done";
        };
        Received<string> words = new();

        Assert.Equal("done", await _client.AskAsync(new Questions(), words));
        Assert.Equal(100, words.Reports.Count);
    }
}
