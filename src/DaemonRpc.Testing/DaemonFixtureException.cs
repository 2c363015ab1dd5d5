namespace DaemonRpc.Testing;

/// <summary>A daemon of a <see cref="DaemonFixture"/> ended unexpectedly, or had to be killed. The message has the end of its log.</summary>
public sealed class DaemonFixtureException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public DaemonFixtureException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened to which daemon.</param>
    public DaemonFixtureException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened to which daemon.</param>
    /// <param name="innerException">The cause.</param>
    public DaemonFixtureException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
