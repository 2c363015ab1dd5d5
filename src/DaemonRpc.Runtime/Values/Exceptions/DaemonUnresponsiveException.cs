namespace DaemonRpc;

/// <summary>A daemon is alive but does not answer. The daemon keeps running; no second daemon was started.</summary>
public sealed class DaemonUnresponsiveException : DaemonException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonUnresponsiveException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
