namespace DaemonRpc;

/// <summary>The runtime directory, the socket or the process at the other end belongs to another user, or the directory is not safe to use.</summary>
public sealed class DaemonAccessException : DaemonException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonAccessException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
