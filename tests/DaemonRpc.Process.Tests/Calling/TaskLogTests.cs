using Microsoft.Extensions.Logging;

namespace DaemonRpc.Process.Tests.Calling;

/// <summary>What a caller hears of what its own task logs in the daemon's process.</summary>
public sealed class TaskLogTests : SandboxTests
{
    [Fact]
    public async Task Messages_come_in_order_with_the_progress_reports_and_also_go_to_the_daemons_log()
    {
        using var heard = new Heard();
        TestServiceClient client = await ConnectAsync(heard, LogLevel.Debug);
        var numbers = new Reports { OnReport = number => heard.Add($"report {number}") };

        Assert.Equal(100, await client.CountUpAsync(100, numbers).InTime());
        await client.LogAsync("größer").InTime();

        Assert.Equal(
            [
                .. Enumerable.Range(0, 100).SelectMany(static number => new[] { $"report {number}", $"Debug counted {number}" }),
                "Debug Of debugging: größer",
                "Warning größer has 6 characters",
            ],
            heard.All);
        string logged = Assert.Single(Sandbox.Log, static line => line.Contains("größer", StringComparison.Ordinal));
        Assert.EndsWith("Warning: größer has 6 characters", logged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_caller_hears_its_own_task_and_one_that_did_not_ask_hears_nothing()
    {
        using var first = new Heard();
        using var second = new Heard();
        using var none = new Heard();
        TestServiceClient asking = await ConnectAsync(first, LogLevel.Debug);
        TestServiceClient alsoAsking = await ConnectAsync(second, LogLevel.Warning);
        TestServiceClient notAsking = await ConnectAsync(none, LogLevel.None);

        await asking.LogAsync("one").InTime();
        await alsoAsking.LogAsync("two").InTime();
        await notAsking.LogAsync("three").InTime();

        Assert.Equal(["Debug Of debugging: one", "Warning one has 3 characters"], first.All);
        Assert.Equal(["Warning two has 3 characters"], second.All);
        Assert.Empty(none.All);
    }

    [Fact]
    public async Task Task_does_not_wait_for_a_caller_that_takes_no_messages()
    {
        using var heard = new Heard();
        TestServiceClient watcher = await Sandbox.ConnectAsync();
        TestServiceClient client = await ConnectAsync(heard, LogLevel.Debug);
        using var gate = new ManualResetEventSlim();
        heard.OnMessage = _ => gate.Wait();

        Task<int> counting = client.CountUpAsync(50_000);

        // The task has ended while its caller still takes its first message.
        _ = await watcher.Daemon.WhenAsync(static status => status.TasksFinished == 1);
        Assert.Equal(5, await watcher.AddAsync(2, 3).InTime());
        Assert.False(counting.IsCompleted);
        gate.Set();
        Assert.Equal(0, await counting.InTime());
        string lost = heard.All[^1];
        Assert.Contains("messages that CountUpAsync logged were lost", lost, StringComparison.Ordinal);
        Assert.Equal(50_000, heard.All.Count - 1 + int.Parse(lost.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private Task<TestServiceClient> ConnectAsync(Heard heard, LogLevel least)
    {
        DaemonClientOptions options = Sandbox.Options();
        (options.LoggerFactory, options.TaskLogLevel) = (heard, least);
        return Sandbox.ConnectAsync(options);
    }

    private sealed class Reports : IProgress<int>
    {
        public required Action<int> OnReport { get; init; }

        public void Report(int value) => OnReport(value);
    }

    /// <summary>A caller's loggers, which keep what they get, but not that it is connected.</summary>
    private sealed class Heard : ILoggerFactory, ILogger
    {
        private readonly List<string> _all = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_all)
                {
                    return [.. _all];
                }
            }
        }

        public Action<string>? OnMessage { get; set; }

        public void Add(string line)
        {
            lock (_all)
            {
                _all.Add(line);
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name != "Connected")
            {
                string line = $"{logLevel} {formatter(state, exception)}";
                OnMessage?.Invoke(line);
                Add(line);
            }
        }

        public void Dispose()
        {
        }
    }
}
