namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A handler's method that says when it has begun, and ends when the test says, or by its token.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Begun => _begun.Task.Soon();

    public void Open() => _open.TrySetResult();

    public async Task<string> RunAsync(string text, CancellationToken cancellationToken)
    {
        _ = _begun.TrySetResult();
        await _open.Task.WaitAsync(cancellationToken);
        return text;
    }

    /// <summary>Ends when the test says, whatever its token says.</summary>
    public Task<string> RunStubbornlyAsync(string text, CancellationToken cancellationToken) => RunAsync(text, CancellationToken.None);
}
