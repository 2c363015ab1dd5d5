namespace DaemonRpc;

/// <summary>The handler threw an exception. <see cref="Exception.Message"/> is that exception's message.</summary>
public class DaemonRemoteException : DaemonException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonRemoteException(string remoteType, string message, string? remoteStackTrace)
        : base(message)
    {
        RemoteType = remoteType;
        RemoteStackTrace = remoteStackTrace;
    }

    /// <summary>The full name of the exception's type in the daemon, such as <c>System.IO.IOException</c>.</summary>
    public string RemoteType { get; }

    /// <summary>The stack trace in the daemon, with inner exceptions, or null when unknown.</summary>
    public string? RemoteStackTrace { get; }

    /// <summary>Formats this exception, followed by the daemon's exception type and stack trace.</summary>
    public override string ToString() =>
        RemoteStackTrace is null ? base.ToString() : $"{base.ToString()}{Environment.NewLine}--- in the daemon: {RemoteType} ---{Environment.NewLine}{RemoteStackTrace}";
}
