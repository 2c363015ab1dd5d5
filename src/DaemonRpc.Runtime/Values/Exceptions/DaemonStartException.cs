namespace DaemonRpc;

/// <summary>No daemon runs, and none could be started.</summary>
public sealed class DaemonStartException : DaemonException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The exit code of the started process, or null if it did not exit.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended the started process, or null if none did.</summary>
    public int? Signal { get; init; }

    /// <summary>The path of the daemon's log file, or null when it has none.</summary>
    public string? LogPath { get; init; }

    /// <summary>The last lines of the daemon's log, oldest first; may be empty.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];
}
