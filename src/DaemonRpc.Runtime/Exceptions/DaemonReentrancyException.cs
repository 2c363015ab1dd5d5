namespace DaemonRpc;

/// <summary>A handler called its own daemon, which can run one task only: the call would wait for itself.</summary>
public sealed class DaemonReentrancyException : DaemonException
{
    internal DaemonReentrancyException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
