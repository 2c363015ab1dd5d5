namespace DaemonRpc.Benchmarks.Tool;

/// <summary>Many that watch the status, each with a connection of its own, and read all that they are sent.</summary>
internal sealed class Watchers : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly List<IAsyncDisposable> _clients = [];
    private readonly List<Task> _watches = [];

    /// <summary>One that watches the smallest daemon. Returns when it has had its first status.</summary>
    public async Task WatchCalculatorAsync()
    {
        CalculatorClient client = await CalculatorClient.ConnectAsync();
        await AddAsync(client, client.Daemon);
    }

    /// <summary>One that watches the other.</summary>
    public async Task WatchWorkshopAsync()
    {
        WorkshopClient client = await WorkshopClient.ConnectAsync();
        await AddAsync(client, client.Daemon);
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await Task.WhenAll(_watches);
        foreach (IAsyncDisposable client in _clients)
        {
            await client.DisposeAsync();
        }

        _leaving.Dispose();
    }

    private async Task AddAsync(IAsyncDisposable client, DaemonHandle daemon)
    {
        _clients.Add(client);
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _watches.Add(WatchAsync(daemon, first, _leaving.Token));
        await first.Task;
    }

    private static async Task WatchAsync(DaemonHandle daemon, TaskCompletionSource first, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (DaemonStatus status in daemon.WatchStatusAsync(cancellationToken))
            {
                _ = first.TrySetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // It was told to leave.
        }
        catch (DaemonException exception)
        {
            _ = first.TrySetException(exception);
        }
    }
}
