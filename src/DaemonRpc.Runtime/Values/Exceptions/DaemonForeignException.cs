namespace DaemonRpc;

/// <summary>The daemon that answered serves another contract: two products use the same id.</summary>
public sealed class DaemonForeignException : DaemonException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonForeignException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
