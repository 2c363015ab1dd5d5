namespace DaemonRpc;

/// <summary>The other end broke the protocol, a value cannot be serialised, or a message exceeds the size limit.</summary>
public sealed class DaemonProtocolException : DaemonException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonProtocolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
