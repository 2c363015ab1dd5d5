namespace DaemonRpc.Hosting;

/// <summary>A client of a daemon as a service: connects at its first use, and closes the client with the host's services. Safe from any thread.</summary>
/// <typeparam name="TClient">The generated client.</typeparam>
/// <example>
/// <code>
/// internal sealed class Report(DaemonConnection&lt;WordsClient&gt; connection)
/// {
///     public async Task&lt;int&gt; CountAsync(CancellationToken cancellationToken)
///     {
///         WordsClient words = await connection.GetAsync(cancellationToken);
///         return await words.CountAsync(cancellationToken);
///     }
/// }
/// </code>
/// </example>
public sealed class DaemonConnection<TClient> : IAsyncDisposable, IDisposable
    where TClient : class, IAsyncDisposable
{
    private readonly Func<DaemonClientOptions?, CancellationToken, Task<TClient>> _connect;
    private readonly DaemonClientOptions _options;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Task<TClient>? _client;
    private bool _isDisposed;

    internal DaemonConnection(Func<DaemonClientOptions?, CancellationToken, Task<TClient>> connect, DaemonClientOptions options)
    {
        _connect = connect;
        _options = options;
    }

    /// <summary>Returns the one client, connected. Connects if that has not succeeded yet, for all who wait together.</summary>
    /// <param name="cancellationToken">Stops waiting; others go on.</param>
    /// <returns>The client. Do not dispose it: it belongs to this object, and reaches the next daemon when this one ends.</returns>
    /// <exception cref="DaemonException">No daemon could be reached or started; the subclass tells why. The next call tries again.</exception>
    /// <exception cref="ObjectDisposedException">The host's services were disposed.</exception>
    public async ValueTask<TClient> GetAsync(CancellationToken cancellationToken = default)
    {
        Task<TClient> client;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_client is null or { IsCompleted: true, IsCompletedSuccessfully: false })
            {
                // On the thread pool: connecting is not our code, and we hold a lock.
                _client = Task.Run(() => _connect(_options, _closing.Token), CancellationToken.None);
            }

            client = _client;
        }

        return await client.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the client, if there is one.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<TClient>? client;
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            client = _client;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        if (client is not null)
        {
            // Whoever waits for a connection that fails gets the reason. There is nothing to close then.
            await ((Task)client).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (client.IsCompletedSuccessfully)
            {
                await client.Result.DisposeAsync().ConfigureAwait(false);
            }
        }

        _closing.Dispose();
    }

    /// <summary>Closes the client, if there is one. Blocks until it is closed.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
