using DaemonRpc.Server;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Runtime.Tests.Server;

public sealed class PauseReportTests : ILogger
{
    private readonly List<string> _lines = [];
    private TimeSpan _paused;

    [Fact]
    public void Pause_that_may_have_made_an_answer_late_is_told_and_others_are_not()
    {
        var report = new PauseReport(this, () => _paused);
        foreach (int milliseconds in new[] { 0, 49, 98, 148, 148, 1148 })
        {
            _paused = TimeSpan.FromMilliseconds(milliseconds);
            report.Look();
        }

        Assert.Equal(2, _lines.Count);
        Assert.Contains("50 ms", _lines[0], StringComparison.Ordinal);
        Assert.Contains("1000 ms", _lines[1], StringComparison.Ordinal);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add(formatter(state, exception));
}
