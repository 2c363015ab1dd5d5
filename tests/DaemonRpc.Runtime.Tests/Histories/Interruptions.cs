using DaemonRpc.Logging;
using DaemonRpc.Server;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>The places outside every lock where the daemon asks for something that a test can give it: there others can come in between.</summary>
/// <param name="interrupt">Lets others go on.</param>
internal sealed class InterruptingLog(Action interrupt) : ILogger
{
    private static readonly string[] s_places = [nameof(LogMessages.Cancelling), nameof(LogMessages.Forced)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    // Of the other messages the ledger does not know on which side of the decision they come.
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (s_places.Contains(eventId.Name))
        {
            interrupt();
        }
    }
}

/// <summary>Is asked by a task that has settled, before it gives the slot back.</summary>
internal sealed class InterruptingClock(Action interrupt) : TimeProvider
{
    public override long GetTimestamp()
    {
        interrupt();
        return 0;
    }
}

/// <summary>Force, for a daemon that ends with its process and for one that has none.</summary>
internal sealed class InterruptingEnd(Setting setting, Action interrupt) : ITerminator
{
    private bool _isReleased;

    /// <summary>Called where nothing can be ended, when force, or a stop by that process, goes on.</summary>
    public Action? Forced { get; set; }

    /// <inheritdoc cref="Forced"/>
    public Action<int>? Stopped { get; set; }

    public Action? Ended { get; set; }

    public Action? Told { get; set; }

    /// <summary>Asked for when the slot is given back, and then again before anybody is told.</summary>
    public CancelOutcome Outcome
    {
        get
        {
            if (!_isReleased)
            {
                _isReleased = true;
                return CancelOutcome.Abandoned;
            }

            Told?.Invoke();
            interrupt();
            return CancelOutcome.Abandoned;
        }
    }

    public void Force(RunningTask task, ShutdownSequence shutdown, LastWords words)
    {
        _isReleased = false;
        interrupt();
        End();
        Forced?.Invoke();
    }

    public void Exit(string reason, int by, LastWords words)
    {
        interrupt();
        End();
        Stopped?.Invoke(by);
    }

    private void End()
    {
        if (setting.OwnProcess)
        {
            Ended?.Invoke();
            throw new ProcessEndedException();
        }
    }
}

/// <summary>Nothing of the daemon runs any more.</summary>
internal sealed class ProcessEndedException : Exception;
