namespace DaemonRpc;

/// <summary>A daemon as seen from outside: what it does, and how to cancel or stop it. Never starts or replaces one.</summary>
public sealed class DaemonHandle
{
    internal DaemonHandle() { }
    /// <summary>x</summary>
    public Task<DaemonStatus> GetStatusAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    /// <summary>x</summary>
    public IAsyncEnumerable<DaemonStatus> WatchStatusAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    /// <summary>x</summary>
    public Task<CancelOutcome> CancelAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    /// <summary>x</summary>
    public Task<CancelOutcome> CancelAsync(DaemonTaskId task, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    /// <summary>x</summary>
    public Task StopAsync(bool force = false, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    /// <summary>x</summary>
    public string Id => throw new NotSupportedException();
    /// <summary>x</summary>
    public string Instance => throw new NotSupportedException();
    /// <summary>x</summary>
    public int ProcessId => throw new NotSupportedException();
    /// <summary>x</summary>
    public DaemonOrigin Origin => throw new NotSupportedException();
    /// <summary>x</summary>
    public string OriginReason => throw new NotSupportedException();
    /// <summary>x</summary>
    public long BuildTimestamp => throw new NotSupportedException();
    /// <summary>x</summary>
    public string? LogPath => throw new NotSupportedException();
}
