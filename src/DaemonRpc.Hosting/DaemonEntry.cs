namespace DaemonRpc.Hosting;

/// <summary>The generated daemon's <c>RunAsync</c>, for example <c>WordsDaemon.RunAsync</c>.</summary>
/// <typeparam name="TContract">The contract's interface.</typeparam>
/// <param name="factory">Creates the handler.</param>
/// <param name="options">How the daemon behaves.</param>
/// <returns>The process's exit code.</returns>
public delegate Task<int> DaemonEntry<TContract>(Func<DaemonContext, CancellationToken, ValueTask<TContract>> factory, DaemonOptions? options)
    where TContract : class;
