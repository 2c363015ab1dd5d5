using DaemonRpc.Calls;
using DaemonRpc.Session;

namespace DaemonRpc.Testing;

/// <summary>Another client's task in a <see cref="TestDaemon"/>, which runs until this is disposed or somebody cancels it.</summary>
/// <remarks>Safe from any thread.</remarks>
public sealed class DaemonOccupation : IAsyncDisposable
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string? _status;

    internal DaemonOccupation(uint method, string name, string? status) => (Method, Name, _status) = (method, name, status);

    /// <summary>Whether the task has ended: because this was disposed, it was cancelled, or its daemon has ended.</summary>
    public bool HasEnded => Call.End.IsCompleted;

    internal uint Method { get; }

    internal string Name { get; }

    internal Attempt Call { get; } = new();

    internal ClientSession? Session { get; set; }

    internal Task Begun => _begun.Task;

    /// <summary>Ends the task, and returns when the daemon is free for the next one.</summary>
    public async ValueTask DisposeAsync()
    {
        _ = _released.TrySetResult();
        if (Session is { } session)
        {
            _ = await Call.End.ConfigureAwait(false);
            session.Dispose();
        }
    }

    internal async Task RunAsync(DaemonContext context, CancellationToken cancellationToken)
    {
        if (_status is not null)
        {
            context.Status.Report(_status);
        }

        _ = _begun.TrySetResult();
        await _released.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    internal void Release() => _ = _released.TrySetResult();
}
