namespace DaemonRpc;

/// <summary>The handler threw. <see cref="Exception.Message"/> is the message of its exception.</summary>
public class DaemonRemoteException : DaemonException
{
    /// <summary>A failure of the handler, as tests may want to make one.</summary>
    public DaemonRemoteException(string remoteType, string message, string? remoteStackTrace)
        : base(message)
    {
        RemoteType = remoteType;
        RemoteStackTrace = remoteStackTrace;
    }

    /// <summary>The full name of the exception's type in the daemon, such as <c>System.IO.IOException</c>.</summary>
    public string RemoteType { get; }

    /// <summary>Where in the daemon it was thrown, with the exceptions inside it, or null when that is not known.</summary>
    public string? RemoteStackTrace { get; }

    /// <summary>This exception's text, followed by the daemon's part of the story.</summary>
    public override string ToString() =>
        RemoteStackTrace is null ? base.ToString() : $"{base.ToString()}{Environment.NewLine}--- in the daemon: {RemoteType} ---{Environment.NewLine}{RemoteStackTrace}";
}
