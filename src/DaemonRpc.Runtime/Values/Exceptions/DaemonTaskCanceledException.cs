namespace DaemonRpc;

/// <summary>The call was cancelled, by its own token or by another process, and the daemon has confirmed it.</summary>
/// <remarks>Thrown only after the task has ended, so that the next call cannot fail because this task still runs.</remarks>
public sealed class DaemonTaskCanceledException : OperationCanceledException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonTaskCanceledException(string message, CancelOutcome outcome, int canceledBy, CancellationToken token)
        : base(message, token)
    {
        Outcome = outcome;
        CanceledBy = canceledBy;
    }

    /// <summary>How the task ended.</summary>
    public CancelOutcome Outcome { get; }

    /// <summary>The id of the process that asked for the cancellation; 0 for the daemon itself.</summary>
    public int CanceledBy { get; }
}
