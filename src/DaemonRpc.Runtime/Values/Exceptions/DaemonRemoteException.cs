namespace DaemonRpc;

/// <summary>The handler threw an exception; in a handler: what its caller passed threw one. <see cref="Exception.Message"/> is that exception's message.</summary>
public class DaemonRemoteException : DaemonException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonRemoteException(string remoteType, string message, string? remoteStackTrace)
        : base(message)
    {
        RemoteType = remoteType;
        RemoteStackTrace = remoteStackTrace;
    }

    /// <summary>The full name of the exception's type in the other process, such as <c>System.IO.IOException</c>.</summary>
    public string RemoteType { get; }

    /// <summary>The stack trace in the other process, with inner exceptions, or null when unknown.</summary>
    public string? RemoteStackTrace { get; }

    /// <summary>Formats this exception, followed by the daemon's exception type and stack trace.</summary>
    public override string ToString() => ToString("in the daemon");

    private protected string ToString(string place) =>
        RemoteStackTrace is null ? base.ToString() : $"{base.ToString()}{Environment.NewLine}--- {place}: {RemoteType} ---{Environment.NewLine}{RemoteStackTrace}";
}
