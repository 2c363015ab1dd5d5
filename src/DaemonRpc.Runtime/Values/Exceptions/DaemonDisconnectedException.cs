namespace DaemonRpc;

/// <summary>The connection to the daemon ended before it answered.</summary>
public sealed class DaemonDisconnectedException : DaemonException
{
    /// <summary>The end of a connection, as tests may want to make one.</summary>
    public DaemonDisconnectedException(string message, bool mayHaveRun, Exception? innerException = null)
        : base(message, innerException) => MayHaveRun = mayHaveRun;

    /// <summary>
    /// Whether the daemon may have run the call, in part or to its end. When false the call certainly did not start, and
    /// may be made again.
    /// </summary>
    public bool MayHaveRun { get; }

    /// <summary>The exit code of the daemon's process; null when it did not exit, when the connection ended otherwise, or when another process had started it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended the daemon's process; null when none did, or when another process had started it.</summary>
    public int? Signal { get; init; }

    /// <summary>The file that the daemon's log was in when this was thrown, or null when it had none. The next daemon's start moves it aside.</summary>
    public string? LogPath { get; init; }

    /// <summary>The last lines of the daemon's log, oldest first, when it ended without saying why; otherwise empty.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];
}
