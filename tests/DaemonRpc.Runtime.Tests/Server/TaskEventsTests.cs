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

        events.Started(task);
        _time.Advance(TimeSpan.FromMilliseconds(1500));
        events.Answered(task, null, isCanceled: false);
        events.Answered(task, new OperationCanceledException(), isCanceled: true);
        events.Answered(task, new InvalidDataException("Broken."), isCanceled: false);

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

        events.Started(default);
        events.Answered(default, null, isCanceled: false);

        Assert.Empty(tasks.All);
    }

    private TaskEvents Make(Lines tasks) => new(new IdleWatch(Timeout.InfiniteTimeSpan, _time, () => false), _errors, tasks, tasks, _time);

    private sealed class Lines(LogLevel least) : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add($"{logLevel} {formatter(state, exception)}{(exception is null ? "" : $" {exception.Message}")}");
    }
}
