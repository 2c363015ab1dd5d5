using System.Buffers;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Logging;

/// <summary>The handler's logger: writes to the daemon's log, and sends a task's messages to the task's caller too, if it asked for them.</summary>
/// <param name="log">The daemon's log.</param>
/// <param name="flow">Knows of which task the calling code is a part.</param>
internal sealed class TaskLogger(ILogger log, TaskFlow flow) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => log.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel) || ListenerOf(logLevel) is not null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        RunningTask? task = ListenerOf(logLevel);

        // The handler may have asked IsEnabled, which the caller's wish has made true.
        if (task is null || log.IsEnabled(logLevel))
        {
            log.Log(logLevel, eventId, state, exception, formatter);
        }

        if (task is not null)
        {
            // Formatted here: under no lock of ours, and while the state is what it was.
            var message = new ArrayBufferWriter<byte>();
            LoggedMessage.Of(logLevel, eventId, state, exception, formatter).Write(message);
            task.Log(message.WrittenSpan.ToArray());
        }
    }

    private RunningTask? ListenerOf(LogLevel level) => level < LogLevel.None && flow.HereForLog is { } task && level >= task.LogLevel ? task : null;
}
