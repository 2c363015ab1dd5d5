using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Calls;

/// <summary>Combines the caller's token and the call's time limit into one token.</summary>
internal readonly struct CallLimit : IDisposable
{
    private readonly CancellationTokenSource? _either;
    private readonly CancellationToken _callers;
    private readonly Deadline _limit;
    private readonly string _method;

    public CallLimit(TimeSpan limit, string method, CancellationToken callers)
    {
        _callers = callers;
        _limit = new Deadline(limit);
        _method = method;
        if (_limit.Left is var left && left != Timeout.InfiniteTimeSpan)
        {
            if (!PoolThreads.TryHaveTimers())
            {
                throw ThreadLimit.Exception();
            }

            _either = CancellationTokenSource.CreateLinkedTokenSource(callers);
            _either.CancelAfter(left);
        }
    }

    public CancellationToken Token => _either?.Token ?? _callers;

    /// <summary>The call's deadline, for the daemon; null when there is none.</summary>
    public Deadline? Deadline => _either is null ? null : _limit;

    /// <summary>Whether the time limit, not the caller, cancelled the call.</summary>
    /// <remarks>The daemon enforces the time limit too, and may report it before a timer of this process has fired.</remarks>
    public bool HasPassed => _limit.HasPassed && !_callers.IsCancellationRequested;

    /// <summary>Creates the exception for a call whose time limit has passed.</summary>
    public DaemonTimeoutException Exception(Exception canceled, bool mayHaveRun) => new(
        $"The call to {_method} took longer than {_limit} (DaemonClientOptions.CallTimeout) and was cancelled: {canceled.Message}",
        $"call to {_method}",
        _limit.Limit,
        mayHaveRun);

    public void Dispose() => _either?.Dispose();
}
