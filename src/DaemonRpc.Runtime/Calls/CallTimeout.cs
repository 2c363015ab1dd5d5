using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Calls;

/// <summary>Combines the caller's token and the call's timeout into one token.</summary>
internal readonly struct CallTimeout : IDisposable
{
    private readonly CancellationTokenSource? _timer;
    private readonly CancellationTokenSource? _either;
    private readonly CancellationToken _callers;
    private readonly Deadline _deadline;
    private readonly string _method;

    /// <param name="timeout">The time that the call may take.</param>
    /// <param name="clock">The timeout's clock; null for real time.</param>
    /// <param name="method">The method's name, for the exception.</param>
    /// <param name="callers">The caller's token.</param>
    public CallTimeout(TimeSpan timeout, TimeProvider? clock, string method, CancellationToken callers)
    {
        _callers = callers;
        _deadline = new Deadline(timeout, clock);
        _method = method;
        if (_deadline.Left is var left && left != Timeout.InfiniteTimeSpan)
        {
            if (!PoolThreads.TryHaveTimers())
            {
                throw ThreadLimit.Exception();
            }

            _timer = new CancellationTokenSource(left, clock ?? TimeProvider.System);
            _either = CancellationTokenSource.CreateLinkedTokenSource(callers, _timer.Token);
        }
    }

    public CancellationToken Token => _either?.Token ?? _callers;

    /// <summary>The call's deadline, for the daemon; null when there is none.</summary>
    public Deadline? Deadline => _either is null ? null : _deadline;

    /// <summary>Ends the timeout, not the caller's token, unless it has passed.</summary>
    public void Lift() => _timer?.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Whether the timeout, not the caller, cancelled the call.</summary>
    /// <remarks>The daemon enforces the timeout too, and may report it before a timer of this process has fired.</remarks>
    public bool HasPassed => _deadline.HasPassed && !_callers.IsCancellationRequested;

    /// <summary>Creates the exception for a call whose timeout has passed.</summary>
    public DaemonTimeoutException Exception(Exception canceled, bool mayHaveRun) => new(
        $"The call to {_method} took longer than {_deadline} (DaemonClientOptions.CallTimeout) and was cancelled: {canceled.Message}",
        $"call to {_method}",
        _deadline.Timeout,
        mayHaveRun);

    public void Dispose()
    {
        _either?.Dispose();
        _timer?.Dispose();
    }
}
