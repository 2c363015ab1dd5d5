using DaemonRpc.Testing.InProcess;

namespace DaemonRpc.Testing;

/// <summary>A fault that waits for the next call of a <see cref="TestDaemon"/>, and acts once.</summary>
/// <remarks>Safe from any thread. Disposing it withdraws the fault if no call has reached it, and lets a held call go on.</remarks>
public sealed class CallFault : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _canceled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FaultList _list;

    internal CallFault(FaultList list, FaultAction action, CallPoint point, string? method) => (_list, Action, Point, Method) = (list, action, point, method);

    /// <summary>The point at which the fault acts.</summary>
    public CallPoint Point { get; }

    /// <summary>The name of the method whose next call the fault waits for, or null for the next call of any.</summary>
    public string? Method { get; }

    /// <summary>Completes when a call has reached the point.</summary>
    /// <remarks>Wait for it with a limit: it never completes if no such call is made.</remarks>
    public Task Reached => _reached.Task;

    /// <summary>Completes when the call that is held at the handler is cancelled. From then on the cancel grace counts, if the call hangs.</summary>
    /// <remarks>Wait for it with a limit: it never completes if the call is not cancelled.</remarks>
    public Task Canceled => _canceled.Task;

    internal FaultAction Action { get; }

    internal Task Released => _released.Task;

    /// <summary>Lets the held call go on, now or as soon as it comes. No effect on a fault that ends the call.</summary>
    public void Release() => _ = _released.TrySetResult();

    /// <inheritdoc/>
    public void Dispose()
    {
        _list.Remove(this);
        Release();
    }

    internal void Cancel() => _ = _canceled.TrySetResult();

    internal void Reach() => _ = _reached.TrySetResult();
}
