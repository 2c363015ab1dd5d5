namespace DaemonRpc;

/// <summary>No daemon runs and none could be started.</summary>
public sealed class DaemonStartException : DaemonException
{
    /// <summary>A start that failed, as tests may want to make one.</summary>
    public DaemonStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The exit code of the process that was started, or null when it did not exit.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended the process that was started, or null when none did.</summary>
    public int? Signal { get; init; }

    /// <summary>The daemon's log file, or null when it had none.</summary>
    public string? LogPath { get; init; }

    /// <summary>The last lines of the daemon's log, oldest first; empty when there are none.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];
}
