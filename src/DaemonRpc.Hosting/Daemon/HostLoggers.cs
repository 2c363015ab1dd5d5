using DaemonRpc.Logging;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Hosting.Daemon;

/// <summary>Logs to the host while there is one; before and afterwards to standard error, as a daemon without a host does.</summary>
internal sealed class HostLoggers : ILoggerFactory
{
    private static readonly StandardErrorLogger s_standardError = new();

    private volatile ILoggerFactory? _host;

    public void Use(ILoggerFactory host) => _host = host;

    /// <summary>Called before the host is disposed.</summary>
    public void Leave() => _host = null;

    public ILogger CreateLogger(string categoryName) => new Forwarder(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Add logging providers to the host.");

    public void Dispose()
    {
    }

    private sealed class Forwarder(HostLoggers loggers, string category) : ILogger
    {
        private (ILoggerFactory Host, ILogger Logger)? _latest;

        private ILogger Current
        {
            get
            {
                if (loggers._host is not { } host)
                {
                    return s_standardError;
                }

                if (_latest is { } latest && latest.Host == host)
                {
                    return latest.Logger;
                }

                ILogger logger = host.CreateLogger(category);
                _latest = (host, logger);
                return logger;
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => Current.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => Current.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Current.Log(logLevel, eventId, state, exception, formatter);
    }
}
