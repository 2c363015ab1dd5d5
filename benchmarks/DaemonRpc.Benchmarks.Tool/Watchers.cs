namespace DaemonRpc.Benchmarks.Tool;

/// <summary>Many that watch the status, each with a connection of its own, and read all that they are sent.</summary>
internal sealed class Watchers : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly List<CalculatorClient> _clients = [];
    private readonly List<Task> _watches = [];

    /// <summary>Returns when each has had its first status.</summary>
    public async Task AddAsync(int count)
    {
        for (int number = 0; number < count; number++)
        {
            CalculatorClient client = await CalculatorClient.ConnectAsync();
            _clients.Add(client);
            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watches.Add(WatchAsync(client, first, _leaving.Token));
            await first.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await Task.WhenAll(_watches);
        foreach (CalculatorClient client in _clients)
        {
            await client.DisposeAsync();
        }

        _leaving.Dispose();
    }

    private static async Task WatchAsync(CalculatorClient client, TaskCompletionSource first, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (DaemonStatus status in client.Daemon.WatchStatusAsync(cancellationToken))
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
