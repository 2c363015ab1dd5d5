using DaemonRpc;

namespace CodeSearch.Output;

/// <summary>Shows what the daemon is doing while a command waits for it.</summary>
/// <remarks>Nothing is shown, and the daemon is not even asked, when the command is done at once, as most are.</remarks>
internal sealed class ProgressDisplay : IAsyncDisposable
{
    /// <summary>What people take for "at once".</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _ending = new();
    private readonly Task _showing;

    private ProgressDisplay(DaemonHandle daemon) => _showing = ShowAsync(daemon, _ending.Token);

    public static ProgressDisplay Start(DaemonHandle daemon) => new(daemon);

    /// <summary>Removes what is shown, so that the screen is free for results. May be called again.</summary>
    public async ValueTask EndAsync()
    {
        if (!_ending.IsCancellationRequested)
        {
            await _ending.CancelAsync();
        }

        await _showing;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _ending.Dispose();
    }

    private static async Task ShowAsync(DaemonHandle daemon, CancellationToken ending)
    {
        try
        {
            await Task.Delay(s_patience, ending);
            IAsyncEnumerable<DaemonStatus> statuses = daemon.WatchStatusAsync(ending);
            await (Console.IsErrorRedirected ? ProgressLines.ShowAsync(statuses) : ProgressBar.ShowAsync(statuses));
        }
        catch (Exception e) when (e is OperationCanceledException or DaemonException)
        {
            // The end, or a daemon that went away: then the call itself says what happened.
        }
    }
}
