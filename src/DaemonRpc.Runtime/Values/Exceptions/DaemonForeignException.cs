namespace DaemonRpc;

/// <summary>The daemon that answers serves another contract: two products use one id.</summary>
public sealed class DaemonForeignException : DaemonException
{
    /// <summary>A refusal by another product's daemon, as tests may want to make one.</summary>
    public DaemonForeignException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
