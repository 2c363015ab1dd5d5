namespace DaemonRpc;

/// <summary>A daemon is alive but does not answer. It was left alone, and no second one was started.</summary>
public sealed class DaemonUnresponsiveException : DaemonException
{
    internal DaemonUnresponsiveException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
