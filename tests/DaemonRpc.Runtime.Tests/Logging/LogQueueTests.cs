using DaemonRpc.Logging;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Runtime.Tests.Logging;

public sealed class LogQueueTests : ILogger, IDisposable
{
    private readonly ManualResetEventSlim _mayLog = new(true);
    private readonly TaskCompletionSource _logs = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _lines = [];

    public void Dispose() => _mayLog.Dispose();

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _ = _logs.TrySetResult();
        _ = _mayLog.Wait(Patience.Limit);
        string line = formatter(state, exception);
        _lines.Add(line);
        if (line.Contains("throw", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("The disk is full.");
        }
    }

    [Fact]
    public void Messages_are_passed_on_in_order_though_some_make_the_logger_throw()
    {
        var queue = new LogQueue(this);
        LogMessages.Stopping(queue, "one");
        LogMessages.Stopping(queue, "throw");
        LogMessages.Stopping(queue, "three");
        queue.Drain(Patience.Limit);

        Assert.Equal(["Stopping: one", "Stopping: throw", "Stopping: three"], _lines);
    }

    [Fact]
    public void Messages_for_several_loggers_are_passed_on_in_the_order_they_came_and_drained_together()
    {
        _mayLog.Reset();
        var queue = new LogQueue(this);
        ILogger other = queue.For(this);
        for (int message = 0; message < 600; message++)
        {
            LogMessages.Stopping(other, $"other {message}");
            LogMessages.Stopping(queue, $"own {message}");
        }

        _mayLog.Set();
        queue.Drain(Patience.Limit);

        // The other's leave room for the daemon's own.
        Assert.Equal(["Stopping: other 0", "Stopping: own 0", "Stopping: other 1"], _lines[..3]);
        Assert.Equal(600, _lines.Count(line => line.Contains("own", StringComparison.Ordinal)));
        Assert.InRange(_lines.Count, 850, 851);
    }

    [Fact]
    public async Task Logger_that_blocks_holds_nobody_up_and_is_given_the_thousand_that_came_first()
    {
        _mayLog.Reset();
        var queue = new LogQueue(this);
        LogMessages.Stopping(queue, "first");
        await _logs.Task.Soon();

        await Patience.InThread(() =>
        {
            for (int message = 0; message < 5000; message++)
            {
                LogMessages.Stopping(queue, $"{message}");
            }

            queue.Drain(TimeSpan.FromMilliseconds(1));
        });

        Assert.Empty(_lines);
        _mayLog.Set();
        queue.Drain(Patience.Limit);
        Assert.Equal(["Stopping: first", .. Enumerable.Range(0, 1000).Select(message => $"Stopping: {message}")], _lines);
    }

    [Fact]
    public void Drained_queue_has_passed_on_everything()
    {
        var queue = new LogQueue(this);
        for (int message = 1; message <= 200; message++)
        {
            LogMessages.Stopping(queue, $"{message}");
            queue.Drain(Patience.Limit);

            Assert.Equal(message, _lines.Count);
        }
    }
}
