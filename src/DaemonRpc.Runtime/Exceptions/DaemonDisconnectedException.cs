namespace DaemonRpc;

/// <summary>The connection to the daemon ended before it answered.</summary>
public sealed class DaemonDisconnectedException : DaemonException
{
    internal DaemonDisconnectedException(string message, bool mayHaveRun, Exception? innerException = null)
        : base(message, innerException) => MayHaveRun = mayHaveRun;

    /// <summary>
    /// Whether the daemon may have run the call, in part or to its end. When false the call certainly did not start, and
    /// may be made again.
    /// </summary>
    public bool MayHaveRun { get; }
}
