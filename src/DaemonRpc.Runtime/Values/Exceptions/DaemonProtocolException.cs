namespace DaemonRpc;

/// <summary>The other end sent what the protocol does not allow, or a message is larger than allowed.</summary>
public sealed class DaemonProtocolException : DaemonException
{
    /// <summary>A message that cannot be understood, or a value that cannot be sent, as tests may want to make one.</summary>
    public DaemonProtocolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
