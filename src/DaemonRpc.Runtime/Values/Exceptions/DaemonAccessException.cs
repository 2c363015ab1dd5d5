namespace DaemonRpc;

/// <summary>The runtime directory, the socket or the process at the other end belongs to somebody else.</summary>
public sealed class DaemonAccessException : DaemonException
{
    /// <summary>A refusal because of whose the daemon or its folder is, as tests may want to make one.</summary>
    public DaemonAccessException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
