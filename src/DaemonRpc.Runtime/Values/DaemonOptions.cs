using Microsoft.Extensions.Logging;

namespace DaemonRpc;

/// <summary>Configures a daemon. The daemon copies the options when it starts; later changes have no effect.</summary>
public sealed class DaemonOptions
{
    /// <summary>The instance that a daemon in the foreground serves. Ignored by a launched daemon, whose client names the instance.</summary>
    public string Instance { get; set; } = "";

    /// <summary>
    /// The runtime directory of a daemon in the foreground, or null for the user's default. Ignored by a launched daemon, whose client names the directory.
    /// </summary>
    public string? RuntimeDirectory { get; set; }

    /// <summary>
    /// How long the daemon waits without a task and without use of a call connection before it ends. 15 minutes by
    /// default; <see cref="Timeout.InfiniteTimeSpan"/> never ends it. Watching the status does not count as use. A
    /// newly started daemon waits at least 5 seconds for its first call.
    /// </summary>
    public TimeSpan IdleTimeout { get; set => field = OptionRules.CheckTimeout(value); } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long a cancelled handler may take to end before the daemon ends it by force. 1 second by default; <see cref="Timeout.InfiniteTimeSpan"/> never uses force.
    /// </summary>
    public TimeSpan CancelGrace { get; set => field = OptionRules.CheckTimeout(value); } = TimeSpan.FromSeconds(1);

    /// <summary>What happens to a running task when its client disconnects. The task is cancelled by default.</summary>
    public DisconnectBehavior DisconnectBehavior { get; set; } = DisconnectBehavior.CancelTask;

    /// <summary>The largest message that the daemon accepts or sends, in bytes. 256 MiB by default, at least 64 KiB.</summary>
    public int MaxFrameBytes { get; set => field = OptionRules.CheckBytes(value); } = 256 * 1024 * 1024;

    /// <summary>The daemon's logger factory. By default the daemon writes lines to standard error, which is the log file of a launched daemon.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The clock for the idle timeout and for task start times. The cancel grace always uses real time.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    // How long a watcher may read nothing, or null for the usual time. Tests set it, so as not to wait that long.
    internal TimeSpan? WatcherStallTimeout { get; set; }

    // Where the daemon lives if it is no process of its own; null for a process.
    internal DaemonSite? Site { get; set; }

    // Where the handlers come from if a task gets one of its own; null for one handler, which the factory creates.
    internal HandlerSource? Handlers { get; set; }

    internal DaemonOptions Copy() => (DaemonOptions)MemberwiseClone();
}
