namespace DaemonRpc;

/// <summary>The connection to the daemon ended before the daemon answered, or no daemon runs.</summary>
public sealed class DaemonDisconnectedException : DaemonException
{
    /// <summary>Creates the exception; public so that tests can throw it.</summary>
    public DaemonDisconnectedException(string message, bool mayHaveRun, Exception? innerException = null)
        : base(message, innerException) => MayHaveRun = mayHaveRun;

    /// <summary>
    /// Whether the daemon may have run the call, in part or completely. If false, the call certainly did not start and can safely be repeated.
    /// </summary>
    public bool MayHaveRun { get; }

    /// <summary>
    /// The daemon's exit code; null if it did not exit, if the connection ended for another reason, or if another process had started the daemon.
    /// </summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended the daemon's process; null if no signal did, or if another process had started the daemon.</summary>
    public int? Signal { get; init; }

    /// <summary>The path of the daemon's log at the time of the exception; null when the daemon had none. The start of the next daemon moves the file aside.</summary>
    public string? LogPath { get; init; }

    /// <summary>The last lines of the daemon's log, oldest first, if the daemon ended without giving a reason; otherwise empty.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];
}
