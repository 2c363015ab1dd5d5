namespace DaemonRpc;

/// <summary>A task that somebody had cancelled, and what became of it: as its owner and whoever cancelled it are told.</summary>
public sealed class DaemonCanceledTask
{
    /// <summary>The task.</summary>
    public required DaemonTaskId Id { get; init; }

    /// <summary>The contract's method.</summary>
    public required string Method { get; init; }

    /// <summary>
    /// <see cref="CancelOutcome.Stopped"/>, <see cref="CancelOutcome.Completed"/>, <see cref="CancelOutcome.Forced"/> or, of a
    /// daemon in process, <see cref="CancelOutcome.Abandoned"/>.
    /// </summary>
    public required CancelOutcome Outcome { get; init; }

    /// <summary>The process that first asked for it.</summary>
    public required int CanceledBy { get; init; }
}
