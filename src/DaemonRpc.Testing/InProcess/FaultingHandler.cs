using DaemonRpc.Tasks;

namespace DaemonRpc.Testing.InProcess;

/// <summary>The user's handler, with the faults around its methods, and the calls that only occupy the daemon.</summary>
/// <param name="inner">Runs the user's handler.</param>
/// <param name="daemon">The daemon.</param>
/// <param name="context">The daemon's context, for the statuses of occupying calls.</param>
internal sealed class FaultingHandler(ITaskHandler inner, Incarnation daemon, DaemonContext context) : ITaskHandler
{
    public string? NameOf(uint method) => daemon.Site.Occupations.NameOf(method) ?? inner.NameOf(method);

    public async ValueTask RunAsync(uint method, ReadOnlyMemory<byte> arguments, int argumentCount, TaskReply reply)
    {
        if (daemon.Site.Occupations.Find(method) is { } occupation)
        {
            await occupation.RunAsync(context, reply.Token).ConfigureAwait(false);
            return;
        }

        if (daemon.Site.Faults.Take(static point => point == CallPoint.BeforeHandler, inner.NameOf(method)) is { } before)
        {
            // Valid only until this method first awaits.
            byte[] copy = arguments.ToArray();
            await ApplyAsync(before, reply, endsWhenCanceled: true).ConfigureAwait(false);
            arguments = copy;
        }

        try
        {
            await inner.RunAsync(method, arguments, argumentCount, reply).ConfigureAwait(false);
        }
        finally
        {
            if (daemon.Site.Faults.Take(static point => point == CallPoint.AfterHandler, inner.NameOf(method)) is { } after)
            {
                await ApplyAsync(after, reply, endsWhenCanceled: false).ConfigureAwait(false);
            }
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>Applies a fault. Returns when the call goes on, which may be never.</summary>
    private async Task ApplyAsync(CallFault fault, TaskReply reply, bool endsWhenCanceled)
    {
        fault.Reach();

        // Not removed at the end: the wait below, which registers later, is told first, and would remove it before it is told. The token is this call's alone.
        _ = reply.Token.UnsafeRegister(static fault => ((CallFault)fault!).Cancel(), fault);
        switch (fault.Action)
        {
            case FaultAction.Hold:
                try
                {
                    await fault.Released.WaitAsync(reply.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!endsWhenCanceled)
                {
                    // The cancellation came too late: the handler has returned.
                }

                return;

            case FaultAction.Hang:
                await fault.Released.ConfigureAwait(false);
                return;

            case FaultAction.Cut:
                reply.Owner.Close();
                if (endsWhenCanceled && !daemon.ContinuesWithoutClient)
                {
                    await fault.Released.WaitAsync(reply.Token).ConfigureAwait(false);
                }

                return;

            default:
                daemon.Crash();

                // The process is gone: no code of this call runs any more.
                await new TaskCompletionSource().Task.ConfigureAwait(false);
                return;
        }
    }
}
