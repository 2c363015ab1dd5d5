using DaemonRpc.Framing;
using DaemonRpc.Server;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DaemonRpc.Runtime.Tests.Server;

public sealed class TaskEventsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Lines _errors = new(LogLevel.Trace);

    [Fact]
    public void Begin_and_end_are_told_to_who_wants_information_and_failures_to_the_daemons_log()
    {
        var tasks = new Lines(LogLevel.Information);
        TaskEvents events = Make(tasks);
        var task = new TaskDescription(new DaemonTaskId(1, 2), "IndexAsync", _time.GetUtcNow(), 34);

        bool isWanted = events.Started(task);
        _time.Advance(TimeSpan.FromMilliseconds(1500));
        events.Ended(task, null, isCanceled: false, isWanted);
        events.Ended(task, new OperationCanceledException(), isCanceled: true, isWanted);
        events.Ended(task, new InvalidDataException("Broken."), isCanceled: false, isWanted);

        Assert.Equal(
            [
                $"Information IndexAsync ({task.Id}) was started for process 34.",
                $"Information IndexAsync ({task.Id}) returned after 1500 ms.",
                $"Information IndexAsync ({task.Id}) was cancelled after 1500 ms.",
                $"Information IndexAsync ({task.Id}) failed after 1500 ms.",
            ],
            tasks.All);
        Assert.Equal([$"Error IndexAsync ({task.Id}), called by process 34, failed. Broken."], _errors.All);
    }

    [Fact]
    public void Whoever_wants_warnings_only_is_not_asked_for_more()
    {
        var tasks = new Lines(LogLevel.Warning);
        TaskEvents events = Make(tasks);

        bool isWanted = events.Started(default);
        events.Ended(default, null, isCanceled: false, isWanted);

        Assert.Empty(tasks.All);
    }

    /// <remarks>It was logged when the caller had been answered, who may have made the next call by then.</remarks>
    [Fact]
    public async Task End_of_a_task_is_logged_before_the_begin_of_the_next()
    {
        const int Calls = 400;
        using var logs = new Logs(2 * Calls);
        using var server = new TestServer(new DaemonOptions { LoggerFactory = logs });
        server.Handler.Run = static async (_, reply, _) =>
        {
            // So that another thread answers than the one that reads the next request.
            await Task.Yield();
            _ = reply.BeginResult();
        };
        using ScriptedPeer peer = await server.GreetAsync();
        for (uint call = 1; call <= Calls; call++)
        {
            peer.Say(FrameKind.Request, call, TestServer.Request());
            _ = await peer.HearAsync(FrameKind.Result);
        }

        await logs.Complete.Task.Soon();

        Assert.All(logs.Lines.All.Index(), line => Assert.Contains(line.Index % 2 == 0 ? "was started" : "returned", line.Item, StringComparison.Ordinal));
    }

    private TaskEvents Make(Lines tasks) => new(new IdleWatch(Timeout.InfiniteTimeSpan, _time, () => false), _errors, tasks, tasks, _time);

    private sealed class Logs(int lines) : ILoggerFactory
    {
        public TaskCompletionSource Complete { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Lines Lines => field ??= new Lines(LogLevel.Information) { Added = count => _ = count == lines && Complete.TrySetResult() };

        public ILogger CreateLogger(string categoryName) => Lines;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }

    private sealed class Lines(LogLevel least) : ILogger
    {
        public List<string> All { get; } = [];

        public Action<int>? Added { get; init; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            All.Add($"{logLevel} {formatter(state, exception)}{(exception is null ? "" : $" {exception.Message}")}");
            Added?.Invoke(All.Count);
        }
    }
}
