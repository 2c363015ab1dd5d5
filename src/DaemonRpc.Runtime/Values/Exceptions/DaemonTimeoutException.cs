namespace DaemonRpc;

/// <summary>A step took longer than its time limit.</summary>
public sealed class DaemonTimeoutException : TimeoutException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonTimeoutException(string message, string step, TimeSpan limit, bool mayHaveRun)
        : base(message)
    {
        Step = step;
        Limit = limit;
        MayHaveRun = mayHaveRun;
    }

    /// <summary>The step that took too long, such as <c>call to IndexAsync</c>.</summary>
    public string Step { get; }

    /// <summary>The step's time limit.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Whether the daemon may have run the call, in part or completely.</summary>
    public bool MayHaveRun { get; }
}
