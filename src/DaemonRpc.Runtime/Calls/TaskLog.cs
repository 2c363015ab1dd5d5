using DaemonRpc.Logging;
using DaemonRpc.Protocol;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Calls;

/// <summary>Hands what the client's tasks log to the loggers of its caller, who asked for it.</summary>
/// <param name="category">The messages' category.</param>
/// <param name="least">The least level that the daemon is asked for.</param>
/// <param name="loggers">The caller's loggers.</param>
internal sealed class TaskLog(string category, LogLevel least, ILoggerFactory loggers)
{
    private ILogger? _messages;

    /// <summary>The least level that the daemon is asked for.</summary>
    public LogLevel Least => least;

    /// <summary>Returns null if the caller did not ask for messages, or has no loggers.</summary>
    public static TaskLog? Of(string category, DaemonClientOptions options) =>
        options is { LoggerFactory: { } loggers, TaskLogLevel: not LogLevel.None and var least } ? new TaskLog(category, least, loggers) : null;

    /// <summary>Hands over the messages of a frame, in their order. Runs the caller's code, and ignores what it throws.</summary>
    /// <param name="frame">The messages, each preceded by its length.</param>
    /// <param name="method">The name of the call's method.</param>
    /// <exception cref="DaemonProtocolException">The frame is malformed, or has a message that was not asked for.</exception>
    public void Deliver(byte[] frame, string method)
    {
        for (int offset = 0; offset < frame.Length;)
        {
            var message = LoggedMessage.Read(Items.Next(frame, ref offset));
            if (message.Level < least)
            {
                throw new DaemonProtocolException($"The daemon sent a log message of the level {message.Level}; the client asked for {least}.");
            }

            Deliver(message, method);
        }
    }

    private void Deliver(LoggedMessage message, string method)
    {
        try
        {
            if (message.Lost > 0)
            {
                LogMessages.MessagesLost(loggers.CreateLogger("DaemonRpc"), method, message.Lost);
            }

            if (message.Level is { } level)
            {
                Write(_messages ??= loggers.CreateLogger(category), level, message);
            }
        }
#pragma warning disable CA1031 // A failing logger must not fail a call, and there is nowhere to report it.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private static void Write(ILogger logger, LogLevel level, LoggedMessage message)
    {
        if (logger.IsEnabled(level))
        {
            var eventId = new EventId(message.EventId, message.EventName);
            logger.Log(level, eventId, new LogEntry("{Message}", [message.Text]), message.Error?.ToException(), static (entry, _) => entry.ToString());
        }
    }
}
