using DaemonRpc.Platform;
using DaemonRpc.Transport;

namespace DaemonRpc.Calls;

/// <summary>The caller's token and the call's time limit, as one token.</summary>
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

    /// <summary>The same, for the daemon; null when there is none.</summary>
    public Deadline? Deadline => _either is null ? null : _limit;

    /// <summary>Whether it was the limit, not the caller, that cancelled.</summary>
    /// <remarks>The daemon keeps the limit too, and may have told so before a timer of this process's pool has fired.</remarks>
    public bool HasPassed => _limit.HasPassed && !_callers.IsCancellationRequested;

    /// <summary>What the caller is told when the limit has passed.</summary>
    public DaemonTimeoutException Exception(Exception canceled, bool mayHaveRun) => new(
        $"The call to {_method} took longer than {_limit} (DaemonClientOptions.CallTimeout) and was cancelled: {canceled.Message}",
        $"call to {_method}",
        _limit.Limit,
        mayHaveRun);

    public void Dispose() => _either?.Dispose();
}
