namespace DaemonRpc;

/// <summary>What every failure of a daemon, or of reaching it, has in common.</summary>
/// <remarks>
/// Two failures are not below it, because callers catch the framework's types: <see cref="DaemonTaskCanceledException"/>
/// and <see cref="DaemonTimeoutException"/>.
/// </remarks>
public class DaemonException : Exception
{
    /// <summary>A failure without a text of its own.</summary>
    public DaemonException()
    {
    }

    /// <summary>A failure and what to do about it.</summary>
    public DaemonException(string message)
        : base(message)
    {
    }

    /// <summary>A failure, what to do about it, and its cause.</summary>
    public DaemonException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
