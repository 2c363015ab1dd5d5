using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Runtime.Tests.Calls;

/// <summary>What a caller hears of what its own task logs.</summary>
public sealed class TaskLogTests : IAsyncLifetime
{
    private readonly Sample _handler = new();
    private readonly HeardLog _log = new();
    private readonly SampleClient _client;

    public TaskLogTests() => _client = Connect(LogLevel.Information);

    private ILogger Logger => _handler.Context!.Logger;

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Messages_come_in_order_with_the_progress_reports_before_the_result()
    {
        const int Count = 500;
        _handler.Work = async (words, _, _) =>
        {
            for (int number = 0; number < Count; number++)
            {
                words!.Report($"report {number}");
                Say($"message {number}");
                if (number % 100 == 0)
                {
                    await Task.Yield();
                }
            }

            return [];
        };
        var all = new List<string>();
        _log.OnMessage = message => all.Add(message.Text);

        _ = await _client.WorkAsync(new Received<string> { OnReport = all.Add });

        Assert.Equal(Enumerable.Range(0, Count).SelectMany(static number => new[] { $"report {number}", $"message {number}" }), all);
    }

    [Fact]
    public async Task Messages_of_a_call_without_progress_come_before_its_result_and_before_its_error()
    {
        _handler.Echo = (text, _) =>
        {
            Say(text);
            return text == "bad" ? throw new InvalidDataException("Broken.") : Task.FromResult(text);
        };

        Assert.Equal("good", await _client.EchoAsync("good"));
        Assert.Equal(["good"], _log.Texts);
        _ = await Assert.ThrowsAsync<DaemonRemoteException>(() => _client.EchoAsync("bad"));
        Assert.Equal(["good", "bad"], _log.Texts);
    }

    [Fact]
    public async Task Messages_of_a_stream_come_between_its_items()
    {
        _handler.WorkOn = Numbers;
        var all = new List<string>();
        _log.OnMessage = message => all.Add(message.Text);

        await foreach (string item in _client.WorkOnAsync(null))
        {
            all.Add(item);
        }

        Assert.Equal(Enumerable.Range(0, 1000).SelectMany(static number => new[] { $"before {number}", $"{number}" }).Append("after"), all);

        async IAsyncEnumerable<string> Numbers(IProgress<string>? words, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (int number = 0; number < 1000; number++)
            {
                Say($"before {number}");
                yield return $"{number}";
            }

            Say("after");
            await Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Caller_is_asked_after_what_was_logged_before()
    {
        _handler.Ask = async (questions, _, cancellationToken) =>
        {
            Say("first");
            string answer = await questions.AskAsync("question", cancellationToken);
            Say("last");
            return answer;
        };
        var all = new List<string>();
        _log.OnMessage = message => all.Add(message.Text);

        _ = await _client.AskAsync(new Questions
        {
            OnAsk = (question, _) =>
            {
                all.Add(question);
                return new("answer");
            },
        });

        Assert.Equal(["first", "question", "last"], all);
    }

    [Fact]
    public async Task Message_has_level_event_text_and_exception_in_the_category_of_the_contract()
    {
        _handler.Echo = (text, _) =>
        {
            Logger.Log(LogLevel.Critical, new EventId(7, "Lost"), text, new InvalidTimeZoneException("Wrong."), static (text, exception) => $"{text} {exception!.Message}");
            return Task.FromResult(text);
        };

        _ = await _client.EchoAsync("So {0} braces:");

        HeardMessage heard = Assert.Single(_log.All);
        Assert.Equal((SampleDispatcher.Contract.Id, LogLevel.Critical, "So {0} braces: Wrong."), (heard.Category, heard.Level, heard.Text));
        Assert.Equal((7, "Lost"), (heard.EventId.Id, heard.EventId.Name));
        DaemonRemoteException exception = Assert.IsType<DaemonRemoteException>(heard.Exception);
        Assert.Equal(("System.InvalidTimeZoneException", "Wrong."), (exception.RemoteType, exception.Message));
    }

    [Fact]
    public async Task Only_messages_of_the_asked_level_come_and_the_logger_is_enabled_for_these_only_within_the_task()
    {
        var enabled = new List<LogLevel>();
        _handler.Echo = (text, _) =>
        {
            foreach (LogLevel level in Enum.GetValues<LogLevel>())
            {
                Logger.Log(level, 0, $"{level}", null, static (text, _) => text);
                if (Logger.IsEnabled(level))
                {
                    enabled.Add(level);
                }
            }

            return Task.FromResult(text);
        };

        _ = await _client.EchoAsync("x");

        Assert.Equal(["Information", "Warning", "Error", "Critical"], _log.Texts);
        Assert.Equal([LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.Critical], enabled);
        Assert.False(Logger.IsEnabled(LogLevel.Critical));
    }

    [Fact]
    public async Task Caller_that_did_not_ask_gets_nothing_and_the_logger_is_not_enabled_for_it()
    {
        bool enabled = false;
        HeardLog log = new();
        Sample handler = new();
        handler.Echo = (text, _) =>
        {
            handler.Context!.Logger.LogCritical("{Text}", text);
            enabled |= handler.Context.Logger.IsEnabled(LogLevel.Critical);
            return Task.FromResult(text);
        };
        await using SampleClient notAsking = SampleClient.InProcess(handler, options: new DaemonClientOptions { LoggerFactory = log });
        await using SampleClient withoutLoggers = SampleClient.InProcess(handler, options: new DaemonClientOptions { TaskLogLevel = LogLevel.Trace });

        _ = await notAsking.EchoAsync("x");
        _ = await withoutLoggers.EchoAsync("x");

        Assert.Empty(log.All);
        Assert.False(enabled);
    }

    [Fact]
    public async Task Only_what_the_task_and_what_it_starts_log_comes()
    {
        using var background = new System.Collections.Concurrent.BlockingCollection<(string Text, TaskCompletionSource Said)>();
        Thread? worker = null;
        Sample handler = new();
        handler.Echo = async (text, _) =>
        {
            handler.Context!.Logger.LogInformation("{Text} itself", text);
            await Task.Run(() => handler.Context.Logger.LogInformation("{Text} in the pool", text), CancellationToken.None);
            var thread = new Thread(() => handler.Context.Logger.LogInformation("{Text} on a thread", text));
            thread.Start();
            thread.Join();

            // The factory's code, at the task's request.
            var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            background.Add((text, said), CancellationToken.None);
            await said.Task;
            return text;
        };
        await using SampleClient client = new(CodeGen.CallChannel.ConnectInProcess(
            SampleDispatcher.Contract,
            context =>
            {
                handler.Context = context;
                context.Logger.LogInformation("The factory");
                worker = new Thread(() =>
                {
                    foreach ((string text, TaskCompletionSource said) in background.GetConsumingEnumerable())
                    {
                        context.Logger.LogInformation("{Text} by the factory's thread", text);
                        said.SetResult();
                    }
                });
                worker.Start();
                return handler;
            },
            sample => new SampleDispatcher(sample),
            new DaemonClientOptions { LoggerFactory = _log, TaskLogLevel = LogLevel.Information }));

        _ = await client.EchoAsync("first");
        _ = await client.EchoAsync("second");
        background.CompleteAdding();
        worker!.Join();

        Assert.Equal(
            ["first itself", "first in the pool", "first on a thread", "second itself", "second in the pool", "second on a thread"], _log.Texts);
    }

    [Fact]
    public async Task What_an_ended_task_left_running_logs_reaches_no_other_call()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? left = null;
        _handler.Echo = async (text, _) =>
        {
            if (text == "first")
            {
                left = LeaveAsync();
            }
            else
            {
                ended.SetResult();
                await left!;
                Say("mine");
            }

            return text;
        };

        _ = await _client.EchoAsync("first");
        _ = await _client.EchoAsync("second");

        Assert.Equal(["mine"], _log.Texts);

        async Task LeaveAsync()
        {
            await ended.Task;
            Say("late");
        }
    }

    [Fact]
    public async Task Handler_never_waits_for_a_caller_that_does_not_take_its_messages_and_the_caller_is_told_how_many_it_lost()
    {
        const int Count = 20_000;
        var logged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.Work = (words, _, _) =>
        {
            for (int number = 0; number < Count; number++)
            {
                Say($"A message of some length, so that its caller cannot take all of them at once: {number}");
            }

            logged.SetResult();
            return Task.FromResult<byte[]>([]);
        };
        _log.OnMessage = _ => logged.Task.Wait();

        _ = await _client.WorkAsync(null);

        HeardMessage[] lost = [.. _log.All.Where(static message => message.EventId.Name == "MessagesLost")];
        HeardMessage told = Assert.Single(lost);
        Assert.Equal(("DaemonRpc", LogLevel.Warning), (told.Category, told.Level));
        int count = int.Parse(told.Text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(Count, _log.All.Length - 1 + count);

        // 320 KiB, of messages with some 120 bytes.
        Assert.InRange(_log.All.Length, 1000, 4000);
        Assert.Equal(
            Enumerable.Range(0, _log.All.Length - 1).Select(static number => $"{number}"),
            _log.Texts.SkipLast(1).Select(static text => text.Split(' ')[^1]));
    }

    [Fact]
    public async Task Caller_that_takes_its_messages_loses_none_of_any_number()
    {
        const int Count = 20_000;
        _handler.Work = (words, _, _) =>
        {
            for (int number = 0; number < Count; number++)
            {
                Say($"A message of some length, so that its caller cannot take all of them at once: {number}");
                if (number % 400 == 0)
                {
                    // Waits for a caller that is behind.
                    words!.Report($"{number}");
                }
            }

            return Task.FromResult<byte[]>([]);
        };

        _ = await _client.WorkAsync(new Received<string>());

        Assert.Equal(Enumerable.Range(0, Count).Select(static number => $"{number}"), _log.Texts.Select(static text => text.Split(' ')[^1]));
    }

    [Fact]
    public async Task Callers_logger_that_blocks_keeps_no_other_call_of_its_client_from_running()
    {
        _handler.Echo = (text, _) =>
        {
            if (text == "first")
            {
                Say(text);
            }

            return Task.FromResult(text);
        };
        using var gate = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _log.OnMessage = _ =>
        {
            begun.SetResult();
            gate.Wait();
        };
        Task<string> first = _client.EchoAsync("first");
        await begun.Task.Soon();
        Patience.Until(() => _client.Daemon.GetStatusAsync().GetAwaiter().GetResult().State == DaemonState.Ready);

        Assert.Equal("second", await _client.EchoAsync("second"));
        Assert.False(first.IsCompleted);
        gate.Set();
        Assert.Equal("first", await first);
    }

    [Fact]
    public async Task Callers_logger_that_throws_changes_nothing_for_the_call()
    {
        _handler.Work = (words, _, _) =>
        {
            Say("first");
            words!.Report("report");
            Say("second");
            return Task.FromResult<byte[]>([7]);
        };
        int thrown = 0;
        _log.OnMessage = _ => throw new InvalidOperationException($"No. {++thrown}");
        Received<string> words = new();

        Assert.Equal([7], await _client.WorkAsync(words));
        Assert.Equal(["report"], words.Reports);
        Assert.Equal(2, thrown);
    }

    [Fact]
    public async Task Long_text_is_cut_and_one_that_cannot_be_made_is_replaced()
    {
        _handler.Echo = (text, _) =>
        {
            Say(new string('x', 100_000));
            Logger.Log(LogLevel.Error, new EventId(1, new string('n', 100_000)), 0, new InvalidOperationException(new string('e', 100_000)), static (_, _) => "long");
            Logger.Log(LogLevel.Error, 0, text, null, static (text, _) => throw new InvalidDataException(text));
            return Task.FromResult(text);
        };

        Assert.Equal("x", await _client.EchoAsync("x"));

        HeardMessage[] heard = _log.All;
        Assert.Equal(new string('x', 16 * 1024) + "…", heard[0].Text);
        Assert.Equal(16 * 1024 + 1, heard[1].EventId.Name!.Length);
        Assert.Equal(16 * 1024 + 1, heard[1].Exception!.Message.Length);
        Assert.Equal("(the text of the message could not be made: System.IO.InvalidDataException)", heard[2].Text);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(7)]
    public void Level_that_does_not_exist_is_refused(int level) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DaemonClientOptions { TaskLogLevel = (LogLevel)level });

    private SampleClient Connect(LogLevel least) => SampleClient.InProcess(_handler, options: new DaemonClientOptions { LoggerFactory = _log, TaskLogLevel = least });

    private void Say(string text) => Logger.Log(LogLevel.Information, 0, text, null, static (text, _) => text);
}
