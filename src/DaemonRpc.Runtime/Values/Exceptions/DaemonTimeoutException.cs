namespace DaemonRpc;

/// <summary>A step took longer than its limit.</summary>
public sealed class DaemonTimeoutException : TimeoutException
{
    /// <summary>A step that took too long, as tests may want to make one.</summary>
    public DaemonTimeoutException(string message, string step, TimeSpan limit, bool mayHaveRun)
        : base(message)
    {
        Step = step;
        Limit = limit;
        MayHaveRun = mayHaveRun;
    }

    /// <summary>What took too long, such as <c>call to IndexAsync</c>.</summary>
    public string Step { get; }

    /// <summary>How long it was allowed to take.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Whether the daemon may have run the call, in part or to its end.</summary>
    public bool MayHaveRun { get; }
}
