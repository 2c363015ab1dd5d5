namespace DaemonRpc;

/// <summary>The call was cancelled, by its own token or by somebody else, and the daemon has acknowledged it.</summary>
/// <remarks>Thrown when the task has ended, so that the next call is not refused because of this one.</remarks>
public sealed class DaemonTaskCanceledException : OperationCanceledException
{
    /// <summary>The end of a cancelled call, as tests may want to make one.</summary>
    public DaemonTaskCanceledException(string message, CancelOutcome outcome, int canceledBy, CancellationToken token)
        : base(message, token)
    {
        Outcome = outcome;
        CanceledBy = canceledBy;
    }

    /// <summary>How the task ended.</summary>
    public CancelOutcome Outcome { get; }

    /// <summary>The process that asked for it; 0 when that is the daemon itself.</summary>
    public int CanceledBy { get; }
}
