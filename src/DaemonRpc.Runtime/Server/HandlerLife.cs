using DaemonRpc.Launch;
using DaemonRpc.Logging;
using DaemonRpc.Tasks;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Server;

/// <summary>Makes the user's handler and disposes it: the two times a daemon runs user code outside a task.</summary>
internal static class HandlerLife
{
    // A logger of the user's may block for good; the clients are told all the same.
    private static readonly TimeSpan s_logLimit = TimeSpan.FromSeconds(1);

    /// <summary>Runs the factory, and lets the server serve or tell the clients why it cannot. Null when it failed.</summary>
    public static async Task<ITaskHandler?> BeginAsync(
        DaemonServer server, DaemonAddress address, Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> makeHandler, LogQueue log)
    {
        CancellationToken stopping = server.Shutdown.Stopping;
        var context = new DaemonContext(address.Id, address.Instance, new DaemonStatusReporter(server.Board.Report), () => server.Caller, stopping);
        try
        {
            // On the pool: a factory that blocks must not keep RunAsync's caller from going on.
            ITaskHandler handler = await Task.Run(MakeAsync, CancellationToken.None).ConfigureAwait(false);
            if (address.HasFiles)
            {
                // Before the first call can run: a process that it ends has had a handler.
                HandlerMark.Set(address.InstanceLockPath, isMade: true);
            }

            server.HandlerReady(handler);
            return handler;
        }
#pragma warning disable CA1031 // Whatever a factory throws is for the clients that wait for it, who get it whole.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogMessages.HandlerFailed(log, exception);

            // Written before anybody is told: who is told shows the log's last lines.
            log.Drain(s_logLimit);
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

    /// <summary>Disposes what the factory made.</summary>
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
