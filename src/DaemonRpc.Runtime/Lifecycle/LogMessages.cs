using Microsoft.Extensions.Logging;

namespace DaemonRpc.Lifecycle;

/// <summary>What a daemon logs. Never arguments or values: they may be secret.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Information, "The daemon {Id} serves at {Path} (process {ProcessId}, {Build}). {Reason}")]
    public static partial void Serving(ILogger logger, string id, string path, int processId, string build, string reason);

    [LoggerMessage(2, LogLevel.Information, "Stopping: {Reason}")]
    public static partial void Stopping(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Information, "Making room: {Reason}")]
    public static partial void Replaced(ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Information, "Cancelling {Method}: process {ProcessId} asked for it.")]
    public static partial void Cancelling(ILogger logger, string method, int processId);

    [LoggerMessage(5, LogLevel.Information, "The client of {Method}, process {ProcessId}, has gone.")]
    public static partial void ClientGone(ILogger logger, string method, int processId);

    [LoggerMessage(6, LogLevel.Warning, "{Method} did not end within {Seconds} s of being cancelled and is ended by force.")]
    public static partial void Forced(ILogger logger, string method, double seconds);

    [LoggerMessage(7, LogLevel.Error, "The handler could not be made.")]
    public static partial void HandlerFailed(ILogger logger, Exception exception);

    [LoggerMessage(8, LogLevel.Error, "No successor could be started; the next client will start one.")]
    public static partial void NoSuccessor(ILogger logger, Exception exception);

    [LoggerMessage(20, LogLevel.Error, "The daemon could not be handed over in place; another process takes over.")]
    public static partial void NotHandedOver(ILogger logger, Exception exception);

    [LoggerMessage(21, LogLevel.Warning, "{Count} processes that a task had left behind when it was ended by force were ended too.")]
    public static partial void LeftoversEnded(ILogger logger, int count);

    [LoggerMessage(9, LogLevel.Error, "Disposing the handler failed.")]
    public static partial void DisposalFailed(ILogger logger, Exception exception);

    [LoggerMessage(12, LogLevel.Warning, "The socket {Path} had been removed or replaced and was published again.")]
    public static partial void Republished(ILogger logger, string path);

    [LoggerMessage(13, LogLevel.Error, "The socket {Path} was removed or replaced and cannot be published again yet.")]
    public static partial void NotRepublished(ILogger logger, string path, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "The life lock's file beside {Path} was removed: another daemon may start, so this one leaves.")]
    public static partial void LockFileGone(ILogger logger, string path);

    [LoggerMessage(15, LogLevel.Information, "The log {Path} had grown to {Length} bytes and was emptied; what it held is in {Path}.1.")]
    public static partial void LogEmptied(ILogger logger, string path, long length);

    [LoggerMessage(16, LogLevel.Warning, "The log {Path} had grown to {Length} bytes and was emptied, though what it held could not be kept whole in {Path}.1.")]
    public static partial void LogNotKept(ILogger logger, string path, long length, Exception exception);

    [LoggerMessage(17, LogLevel.Error, "The log {Path} is full and could not be emptied.")]
    public static partial void LogNotEmptied(ILogger logger, string path, Exception exception);

    [LoggerMessage(22, LogLevel.Warning, "The process {ProcessId}, which watches the status, has taken nothing of it for {Seconds} s. Its connection was ended; it can come back.")]
    public static partial void WatcherStalled(ILogger logger, int processId, double seconds);

    [LoggerMessage(23, LogLevel.Warning, "Garbage collections have stopped the whole process for {Milliseconds:0} ms within about a second: whoever asked the daemon meanwhile was answered later.")]
    public static partial void Paused(ILogger logger, double milliseconds);

    [LoggerMessage(11, LogLevel.Information, "Connected to the daemon {Id} (process {ProcessId}, {Origin}). {Reason}")]
    public static partial void Connected(ILogger logger, string id, int processId, DaemonOrigin origin, string reason);

    [LoggerMessage(10, LogLevel.Information, "The daemon {Id} has stopped.")]
    public static partial void Stopped(ILogger logger, string id);
}
