using DaemonRpc.CodeGen;
using DaemonRpc.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Hosting.Daemon;

/// <summary>Runs each task with a handler from a scope of services of its own. Owns the running host.</summary>
/// <param name="host">The host, which has started.</param>
/// <param name="shutdown">Learns that no task runs any more.</param>
/// <param name="dispatch">Runs a call with a handler.</param>
/// <param name="loggers">The daemon's loggers, which use the host.</param>
internal sealed partial class ScopedTasks<TContract>(IHost host, HostShutdown shutdown, HandlerDispatch dispatch, HostLoggers loggers) : ITaskHandler
    where TContract : class
{
    private readonly IServiceScopeFactory _scopes = host.Services.GetRequiredService<IServiceScopeFactory>();
    private readonly ILogger _log = loggers.CreateLogger("DaemonRpc.Hosting");

    public string? NameOf(uint method) => dispatch.NameOf(method);

    public async ValueTask RunAsync(uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply)
    {
        // No await before the call, which reads the arguments: they are valid only until this method first returns.
        AsyncServiceScope scope = _scopes.CreateAsyncScope();
        try
        {
            await dispatch.RunAsync(scope.ServiceProvider.GetRequiredService<TContract>(), method, arguments, argumentCount, reply).ConfigureAwait(false);
        }
        catch
        {
            await DisposeFailedAsync(scope, method).ConfigureAwait(false);
            throw;
        }

        await scope.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        shutdown.Drained();
        try
        {
            await host.StopAsync().ConfigureAwait(false);
        }
        finally
        {
            loggers.Leave();
            await DisposeAsync(host).ConfigureAwait(false);
        }
    }

    /// <summary>Disposes a host with its services, also those that can only be disposed asynchronously.</summary>
    public static async ValueTask DisposeAsync(IHost host)
    {
        if (host is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            host.Dispose();
        }
    }

    private async ValueTask DisposeFailedAsync(AsyncServiceScope scope, uint method)
    {
        try
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The caller gets the task's own failure; the log has this one.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogDisposalFailed(_log, dispatch.NameOf(method), exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A service of the failed task {Method} could not be disposed.")]
    private static partial void LogDisposalFailed(ILogger logger, string? method, Exception exception);
}
