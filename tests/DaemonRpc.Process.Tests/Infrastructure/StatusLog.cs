namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>Everything a watch has told, for tests to wait on.</summary>
internal sealed class StatusLog
{
    private readonly Lock _gate = new();
    private readonly List<DaemonStatus> _seen = [];
    private readonly List<(Predicate<DaemonStatus> Wanted, TaskCompletionSource<DaemonStatus> Found)> _waiters = [];

    private StatusLog(DaemonHandle daemon) => Ended = WatchAsync(daemon);

    /// <summary>Completes when the watch has ended.</summary>
    public Task Ended { get; }

    public IReadOnlyList<DaemonStatus> Seen
    {
        get
        {
            lock (_gate)
            {
                return [.. _seen];
            }
        }
    }

    /// <summary>Begins to watch. The current status is in the log when this returns.</summary>
    public static async Task<StatusLog> OfAsync(DaemonHandle daemon)
    {
        var log = new StatusLog(daemon);
        _ = await log.WhenAsync(_ => true);
        return log;
    }

    /// <summary>The first status, of those seen and those to come, that is wanted.</summary>
    public async Task<DaemonStatus> WhenAsync(Predicate<DaemonStatus> wanted)
    {
        var found = new TaskCompletionSource<DaemonStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_seen.Find(wanted) is { } status)
            {
                return status;
            }

            _waiters.Add((wanted, found));
        }

        _ = await Task.WhenAny(found.Task, Ended).InTime();
        return found.Task.IsCompleted
            ? await found.Task
            : throw new InvalidOperationException($"The watch ended first. It told: {string.Join("; ", Seen.Select(status => $"{status.State} {status.Message}"))}", Ended.Exception);
    }

    /// <summary>The first wanted status that came later than another one.</summary>
    public Task<DaemonStatus> WhenAfterAsync(Predicate<DaemonStatus> earlier, Predicate<DaemonStatus> wanted)
    {
        // Asked about each status once, in order.
        bool isLater = false;
        return WhenAsync(status =>
        {
            bool found = isLater && wanted(status);
            isLater |= earlier(status);
            return found;
        });
    }

    public Task<DaemonStatus> WhenHoldingAsync() => WhenAsync(status => status.Message == "holding");

    private async Task WatchAsync(DaemonHandle daemon)
    {
        await foreach (DaemonStatus status in daemon.WatchStatusAsync())
        {
            lock (_gate)
            {
                _seen.Add(status);
                foreach ((Predicate<DaemonStatus> wanted, TaskCompletionSource<DaemonStatus> found) in _waiters)
                {
                    if (wanted(status))
                    {
                        _ = found.TrySetResult(status);
                    }
                }
            }
        }
    }
}

internal static class DaemonHandleExtensions
{
    /// <summary>Waits until the daemon says "holding": the task runs.</summary>
    public static async Task<DaemonTask> WhenHoldingAsync(this DaemonHandle daemon) =>
        (await daemon.WhenAsync(status => status.Message == "holding")).Task!;

    /// <summary>Waits for a status from now on.</summary>
    public static async Task<DaemonStatus> WhenAsync(this DaemonHandle daemon, Predicate<DaemonStatus> wanted)
    {
        using var limit = new CancellationTokenSource(Limits.Generous);
        await foreach (DaemonStatus status in daemon.WatchStatusAsync(limit.Token))
        {
            if (wanted(status))
            {
                return status;
            }
        }

        throw new InvalidOperationException("The watch ended before the daemon said it.");
    }
}
