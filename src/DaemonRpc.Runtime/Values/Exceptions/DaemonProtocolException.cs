namespace DaemonRpc;

/// <summary>The other end sent what the protocol does not allow, or a message is larger than allowed.</summary>
public sealed class DaemonProtocolException : DaemonException
{
    internal DaemonProtocolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
