using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Server;

/// <summary>Creates the user's handler and disposes it. A daemon runs user code outside a task only here.</summary>
internal static class HandlerLife
{
    // The user's logger may block forever; the clients must be told anyway.
    private static readonly TimeSpan s_logTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Runs the factory, then lets the server serve, or tells the clients why it cannot. Returns null when the factory failed.</summary>
    /// <param name="server">The server.</param>
    /// <param name="address">The daemon's address.</param>
    /// <param name="makeHandler">Runs the user's factory.</param>
    /// <param name="handlerLog">The handler's logger.</param>
    /// <param name="log">The daemon's log, which gets the factory's exception.</param>
    public static async Task<ITaskHandler?> BeginAsync(
        DaemonServer server, DaemonAddress address, Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> makeHandler, ILogger handlerLog, LogQueue log)
    {
        CancellationToken stopping = server.Shutdown.Stopping;
        var status = new DaemonStatusReporter(server.Board.Report);
        var context = new DaemonContext(
            address.Id, address.Instance, status, () => server.Caller, server.Yield.YieldAsync, new TaskLogger(handlerLog, server.Flow),
            new DaemonLife(server.Shutdown, server.Cancellation, log), stopping);
        try
        {
            // On the thread pool: a factory that blocks must not block RunAsync's caller.
            ITaskHandler handler = await Task.Run(MakeAsync, CancellationToken.None).ConfigureAwait(false);
            if (address.HasFiles)
            {
                // Set before the first call can run, so that a crash in a call does not look like a crash in the factory.
                HandlerMark.Set(address.InstanceLockPath, isMade: true);
            }

            server.HandlerReady(handler);
            return handler;
        }
#pragma warning disable CA1031 // The waiting clients get whatever a factory throws.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogMessages.HandlerFailed(log, exception);

            // Written before the clients are told, because they show the log's last lines.
            log.Drain(s_logTimeout);
            server.HandlerFailed(exception);
            return null;
        }

        async Task<ITaskHandler> MakeAsync()
        {
            server.Flow.EnterFactory();
            try
            {
                return await makeHandler(context, stopping).ConfigureAwait(false);
            }
            finally
            {
                server.Flow.LeaveFactory();
            }
        }
    }

    /// <summary>Disposes the handler. Logs an exception instead of throwing it.</summary>
    public static async Task EndAsync(ITaskHandler handler, ILogger log)
    {
        try
        {
            await handler.DisposeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The daemon leaves either way; its log says what happened.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogMessages.DisposalFailed(log, exception);
        }
    }
}
