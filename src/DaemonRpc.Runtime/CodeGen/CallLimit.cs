using DaemonRpc.Transport;

namespace DaemonRpc.CodeGen;

/// <summary>The caller's token and the call's time limit, as one token.</summary>
internal readonly struct CallLimit : IDisposable
{
    private readonly CancellationTokenSource? _either;
    private readonly CancellationToken _callers;
    private readonly TimeSpan _limit;
    private readonly string _method;

    public CallLimit(TimeSpan limit, string method, CancellationToken callers)
    {
        _callers = callers;
        _limit = limit;
        TimeSpan left = new Deadline(limit).Left;
        _method = method;
        if (left != Timeout.InfiniteTimeSpan)
        {
            _either = CancellationTokenSource.CreateLinkedTokenSource(callers);
            _either.CancelAfter(left);
        }
    }

    public CancellationToken Token => _either?.Token ?? _callers;

    /// <summary>Whether it was the limit, not the caller, that cancelled.</summary>
    public bool HasPassed => _either is { IsCancellationRequested: true } && !_callers.IsCancellationRequested;

    /// <summary>What the caller is told when the limit has passed.</summary>
    public DaemonTimeoutException Exception(DaemonTaskCanceledException canceled) => new(
        $"The call to {_method} took longer than {_limit.TotalSeconds:0.###} s (DaemonClientOptions.CallTimeout) and was cancelled: {canceled.Message}",
        $"call to {_method}",
        _limit,
        mayHaveRun: canceled.Outcome != CancelOutcome.NeverStarted);

    public void Dispose() => _either?.Dispose();
}
