using Microsoft.Extensions.Logging;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A caller's loggers, which keep what they get, in its order.</summary>
internal sealed class HeardLog : ILoggerFactory
{
    private readonly List<HeardMessage> _all = [];

    /// <summary>Everything but what the client itself says when it connects.</summary>
    public HeardMessage[] All
    {
        get
        {
            lock (_all)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>The texts of <see cref="All"/>.</summary>
    public IEnumerable<string> Texts => All.Select(static message => message.Text);

    /// <summary>Runs before a message is kept.</summary>
    public Action<HeardMessage>? OnMessage { get; set; }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Category(HeardLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == "Connected")
            {
                return;
            }

            var message = new HeardMessage(name, logLevel, eventId, formatter(state, exception), exception);
            log.OnMessage?.Invoke(message);
            lock (log._all)
            {
                log._all.Add(message);
            }
        }
    }
}

internal sealed record HeardMessage(string Category, LogLevel Level, EventId EventId, string Text, Exception? Exception);
