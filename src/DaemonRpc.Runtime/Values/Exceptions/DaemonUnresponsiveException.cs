namespace DaemonRpc;

/// <summary>A daemon is alive but does not answer. It was left alone, and no second one was started.</summary>
public sealed class DaemonUnresponsiveException : DaemonException
{
    /// <summary>A daemon that does not answer, as tests may want to make one.</summary>
    public DaemonUnresponsiveException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
