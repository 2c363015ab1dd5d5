using Microsoft.Extensions.Logging;

namespace DaemonRpc;

/// <summary>How a daemon behaves. Copied when handed over: later changes have no effect.</summary>
public sealed class DaemonOptions
{
    /// <summary>The instance served by a daemon that runs in the foreground. A launched daemon is told by its client.</summary>
    public string Instance { get; set; } = "";

    /// <summary>
    /// The runtime directory of a daemon that runs in the foreground, or null for the user's default. A launched daemon
    /// is told by its client.
    /// </summary>
    public string? RuntimeDirectory { get; set; }

    /// <summary>
    /// The daemon leaves when no task ran and no call connection was used for this long. 15 minutes by default;
    /// <see cref="Timeout.InfiniteTimeSpan"/> never leaves. Watching does not count as use. A daemon that was just started waits at least 5 seconds for its first call.
    /// </summary>
    public TimeSpan IdleTimeout { get; set => field = Limits.Check(value); } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long a cancelled handler may take to end before it is ended by force. 1 second by default;
    /// <see cref="Timeout.InfiniteTimeSpan"/> never uses force.
    /// </summary>
    public TimeSpan CancelGrace { get; set => field = Limits.Check(value); } = TimeSpan.FromSeconds(1);

    /// <summary>What happens to a running task when its client has gone. Cancelled by default.</summary>
    public DisconnectBehavior DisconnectBehavior { get; set; } = DisconnectBehavior.CancelTask;

    /// <summary>The largest message accepted or sent, in bytes. 256 MiB by default.</summary>
    public int MaxFrameBytes { get; set => field = Limits.CheckBytes(value); } = 256 * 1024 * 1024;

    /// <summary>Where the daemon logs to. By default lines are written to standard error, which is the log file of a launched daemon.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The clock of idle exit and task start times. The cancel grace is real time.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal DaemonOptions Copy() => (DaemonOptions)MemberwiseClone();
}
