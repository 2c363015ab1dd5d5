namespace DaemonRpc;

/// <summary>A handler, or a factory, called its own daemon, itself or through others, which can run one task only: the call would wait for itself.</summary>
public sealed class DaemonReentrancyException : DaemonException
{
    /// <summary>A call of a daemon by its own task, as tests may want to make one.</summary>
    public DaemonReentrancyException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
