namespace DaemonRpc;

/// <summary>The base class of the exceptions that report a failing daemon, or a failure to reach one.</summary>
/// <remarks>
/// Two exceptions derive from framework types that callers already catch, not from this class: <see
/// cref="DaemonTaskCanceledException"/> and <see cref="DaemonTimeoutException"/>.
/// </remarks>
public class DaemonException : Exception
{
    /// <summary>Creates the exception with the default message.</summary>
    public DaemonException()
    {
    }

    /// <summary>Creates the exception with a message that says what to do.</summary>
    public DaemonException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message that says what to do, and a cause.</summary>
    public DaemonException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
