using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Hosting.Daemon;

/// <summary>Tells systemd how the daemon is (<c>Type=notify</c>), if systemd started it (<c>NOTIFY_SOCKET</c>).</summary>
internal sealed partial class ServiceManager(ILogger log)
{
    private readonly SystemdNotifier _notifier = new();

    public void Ready(string daemon) => Tell($"READY=1\nSTATUS=Serving {OneLine(daemon)}");

    public void Stopping() => Tell("STOPPING=1\nSTATUS=Stopping");

    public void Failed(Exception exception) => Tell($"STATUS=The daemon could not start: {OneLine(exception.Message)}");

    private void Tell(string state)
    {
        if (!_notifier.IsEnabled)
        {
            return;
        }

        try
        {
            _notifier.Notify(new ServiceState(state));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            // The daemon can serve nevertheless. Whoever waits for the message says so, and ends the daemon.
            LogNotTold(log, state.Split('\n')[0], Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), exception);
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    [LoggerMessage(Level = LogLevel.Warning, Message = "{State} was not sent to the service manager: NOTIFY_SOCKET, '{Socket}', cannot be reached. A unit with Type=notify will not count as started. Use Type=exec, or let the service reach the socket (NotifyAccess=, a private file system).")]
    private static partial void LogNotTold(ILogger logger, string state, string? socket, Exception exception);
}
