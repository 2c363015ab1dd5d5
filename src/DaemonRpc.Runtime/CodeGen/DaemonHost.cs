using System.ComponentModel;
using DaemonRpc.Calls;
using DaemonRpc.Host;
using DaemonRpc.Launch;
using DaemonRpc.Program;
using DaemonRpc.Tasks;

namespace DaemonRpc.CodeGen;

/// <summary>Runs a contract's daemon. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DaemonHost
{
    /// <summary>Returns whether this process was started to be the contract's daemon.</summary>
    public static bool IsRequested(DaemonContract contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        bool isRequested = LaunchRequest.Current?.Message.Id == contract.Id;
        if (!OperatingSystem.IsWindows())
        {
            // Record the program's files as early as possible, before somebody replaces those that this process was started from.
            _ = RunningProgram.Own;
        }

        return isRequested;
    }

    /// <summary>Serves the contract until the daemon is stopped or has been idle for its timeout.</summary>
    /// <returns>The process's exit code.</returns>
    public static Task<int> RunAsync<THandler>(
        DaemonContract contract, Func<DaemonContext, THandler> factory, Func<THandler, Dispatcher> dispatch, DaemonOptions? options)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return RunAsync(contract, (context, _) => new ValueTask<THandler>(factory(context)), dispatch, options);
    }

    /// <inheritdoc cref="RunAsync{THandler}(DaemonContract, Func{DaemonContext, THandler}, Func{THandler, Dispatcher}, DaemonOptions?)"/>
    public static Task<int> RunAsync<THandler>(
        DaemonContract contract,
        Func<DaemonContext, CancellationToken, ValueTask<THandler>> factory,
        Func<THandler, Dispatcher> dispatch,
        DaemonOptions? options)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(dispatch);
        DaemonOptions copy = (options ?? new DaemonOptions()).Copy();
        var site = copy.Site as ServingSite;
        if (site is null)
        {
            WindowsDoor.Close();
        }

        LaunchRequest? launch = site is null && IsRequested(contract) ? LaunchRequest.Current : null;
        Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> makeHandler = copy.Handlers is PerTaskHandlers handlers
            ? Adapt(handlers, copy = handlers.Begin(copy, isLaunched: site is not null || launch is not null), dispatch, contract.Identity.Methods)
            : Adapt(factory, dispatch, contract.Identity.Methods);
        return site is not null
            ? site.RunAsync(contract.Identity, copy, makeHandler)
            : new DaemonRun(contract.Identity, copy, launch).RunAsync(makeHandler);
    }

    /// <summary>Wraps the user's factory so that it creates the runtime's handler.</summary>
    internal static Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> Adapt<THandler>(
        Func<DaemonContext, CancellationToken, ValueTask<THandler>> factory, Func<THandler, Dispatcher> dispatch, MethodTable? methods = null) =>
        async (context, stopping) =>
        {
            THandler handler = await factory(context, stopping).ConfigureAwait(false);
            return handler is null
                ? throw new InvalidOperationException($"The factory of the daemon '{context.Id}' returned null instead of a handler.")
                : new DispatcherHandler(dispatch(handler), methods);
        };

    private static Func<DaemonContext, CancellationToken, ValueTask<ITaskHandler>> Adapt<THandler>(
        PerTaskHandlers handlers, DaemonOptions options, Func<THandler, Dispatcher> dispatch, MethodTable? methods)
    {
        var calls = new HandlerDispatch(target => dispatch((THandler)target!), methods);
        return (context, stopping) => handlers.MakeAsync(context, options, calls, stopping);
    }
}
