namespace DaemonRpc;

/// <summary>A call that the daemon has admitted.</summary>
public sealed class DaemonTask
{
    /// <summary>The task's id, for <see cref="DaemonHandle.CancelAsync(DaemonTaskId, CancellationToken)"/>.</summary>
    public required DaemonTaskId Id { get; init; }

    /// <summary>The name of the contract's method.</summary>
    public required string Method { get; init; }

    /// <summary>When the daemon admitted the call.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The id of the process that made the call, as reported by the kernel.</summary>
    public required int ClientProcessId { get; init; }

    /// <summary>
    /// The name of the callback's method whose answer the task awaits from its caller (<see cref="DaemonCallbackAttribute"/>); null when it awaits none.
    /// Of several, the last that it asked.
    /// </summary>
    public string? AwaitedAnswer { get; init; }
}
