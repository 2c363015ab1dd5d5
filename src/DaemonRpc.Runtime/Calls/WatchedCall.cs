using DaemonRpc.Telemetry;

namespace DaemonRpc.Calls;

/// <summary>Makes calls for which somebody listens, and observes them from their beginning to their end.</summary>
internal static class WatchedCall
{
    /// <summary>Makes a call with a result.</summary>
    public static async ValueTask<T> RunAsync<T>(OutgoingCall request, CancellationToken cancellationToken)
    {
        // The request is reused for another call as soon as it has ended.
        ClientConnection connection = request.Connection;
        CallWatch watch = connection.Watch(request.Name);
        T result;
        try
        {
            result = await UnaryCall<T>.RunAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            watch.EndClient(exception, connection.ProcessId);
            throw;
        }

        watch.EndClient(null, connection.ProcessId);
        return result;
    }

    /// <summary>Makes a call without a result.</summary>
    public static async ValueTask RunToEndAsync(OutgoingCall request, CancellationToken cancellationToken) =>
        _ = await RunAsync<NoResult>(request, cancellationToken).ConfigureAwait(false);

    /// <summary>Ends the observation of a call when the call has ended.</summary>
    public static async Task EndAsync(CallWatch watch, Task call, ClientConnection connection)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        watch.EndClient(call.IsCanceled ? new TaskCanceledException(call) : call.Exception?.InnerException, connection.ProcessId);
    }
}
