using DaemonRpc.Platform;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Logging;

/// <summary>Passes messages on to a logger, or several, in order, on a thread of its own, which lives as long as there are any.</summary>
/// <remarks>
/// A logger is user code: it may block, or throw. On a connection's reader it would keep the next cancel from being heard,
/// and on its way to force, the force from being used.
/// </remarks>
internal sealed class LogQueue : ILogger
{
    // Of a logger that blocks for good nothing will be read; what comes then is dropped.
    private const int MostWaiting = 1000;

    // What comes for other loggers may be much; it leaves room for the daemon's own messages.
    private const int MostForOthers = MostWaiting / 2;

    private readonly Lock _gate = new();
    private readonly Queue<Action> _waiting = [];
    private readonly ILogger _target;
    private readonly OnDemandThread _thread;

    public LogQueue(ILogger target)
    {
        _target = target;
        _thread = new OnDemandThread("DaemonRpc log", PassOn, stackSize: 2 * OwnThread.SmallStack);
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    /// <summary>Passes on to another logger, in the order in which both get their messages.</summary>
    public ILogger For(ILogger other) => new Other(this, other);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Add(() => _target.Log(logLevel, eventId, state, exception, formatter), MostWaiting);

    /// <summary>Where the system gave no thread, tries once more. For whoever comes by now and then.</summary>
    public void Look()
    {
        lock (_gate)
        {
            // What cannot be passed on waits for the next message, or look.
            _ = _waiting.Count == 0 || _thread.Demand();
        }
    }

    /// <summary>Waits up to the timeout until everything has been passed on.</summary>
    public void Drain(TimeSpan timeout) => _thread.WaitForEnd(timeout);

    private void Add(Action message, int most)
    {
        lock (_gate)
        {
            if (_waiting.Count < most)
            {
                _waiting.Enqueue(message);
                _ = _thread.Demand();
            }
        }
    }

    private TimeSpan? PassOn()
    {
        while (TryTake() is { } message)
        {
            try
            {
                message();
            }
#pragma warning disable CA1031 // A log that fails has nowhere to say so, and must not end the daemon.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }

        return null;
    }

    private Action? TryTake()
    {
        lock (_gate)
        {
            return _waiting.TryDequeue(out Action? message) ? message : null;
        }
    }

    private sealed class Other(LogQueue queue, ILogger target) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            queue.Add(() => target.Log(logLevel, eventId, state, exception, formatter), MostForOthers);
    }
}
