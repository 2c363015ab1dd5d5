namespace DaemonRpc;

/// <summary>
/// A handler or factory called its own daemon, directly or through other daemons. The daemon runs one task at a time, so the call would wait for itself.
/// </summary>
public sealed class DaemonReentrancyException : DaemonException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonReentrancyException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
