namespace DaemonRpc;

/// <summary>The daemon that answers serves another contract: two products use one id.</summary>
public sealed class DaemonForeignException : DaemonException
{
    internal DaemonForeignException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
