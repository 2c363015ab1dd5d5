namespace DaemonRpc;

/// <summary>The runtime directory, the socket or the process at the other end belongs to somebody else.</summary>
public sealed class DaemonAccessException : DaemonException
{
    internal DaemonAccessException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
