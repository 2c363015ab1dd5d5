using Microsoft.Extensions.Logging;

namespace DaemonRpc.Testing.InProcess;

/// <summary>Keeps what the daemons of a test reported: statuses, log messages, and the journal. Also their logger factory.</summary>
internal sealed class Record : ILoggerFactory
{
    private readonly Lock _gate = new();
    private readonly List<DaemonStatus> _statuses = [];
    private readonly List<RecordedLog> _log = [];
    private readonly List<DaemonJournalEntry> _journal = [];

    public IReadOnlyList<DaemonStatus> Statuses => Copy(_statuses);

    public IReadOnlyList<RecordedLog> Log => Copy(_log);

    public IReadOnlyList<DaemonJournalEntry> Journal => Copy(_journal);

    public void Add(DaemonStatus status) => Add(_statuses, status);

    public void Add(DaemonJournalEntry entry) => Add(_journal, entry);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The record of a TestDaemon takes no providers. Set DaemonOptions.LoggerFactory to log elsewhere.");

    public void Dispose()
    {
    }

    private void Add<T>(List<T> list, T item)
    {
        lock (_gate)
        {
            list.Add(item);
        }
    }

    private IReadOnlyList<T> Copy<T>(List<T> list)
    {
        lock (_gate)
        {
            return [.. list];
        }
    }

    private sealed class Logger(Record record, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            record.Add(record._log, new RecordedLog(category, logLevel, formatter(state, exception), exception));
    }
}
