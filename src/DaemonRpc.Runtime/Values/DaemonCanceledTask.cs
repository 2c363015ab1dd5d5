namespace DaemonRpc;

/// <summary>A task that was cancelled, and what became of it.</summary>
public sealed class DaemonCanceledTask
{
    /// <summary>The task's id.</summary>
    public required DaemonTaskId Id { get; init; }

    /// <summary>The name of the contract's method.</summary>
    public required string Method { get; init; }

    /// <summary>
    /// How the task ended: <see cref="CancelOutcome.Stopped"/>, <see cref="CancelOutcome.Completed"/>, <see
    /// cref="CancelOutcome.Forced"/> or, in an in-process daemon, <see cref="CancelOutcome.Abandoned"/>.
    /// </summary>
    public required CancelOutcome Outcome { get; init; }

    /// <summary>The id of the process that first asked for the cancellation.</summary>
    public required int CanceledBy { get; init; }
}
