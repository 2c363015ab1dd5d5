using DaemonRpc.Hosting.Daemon;
using Microsoft.Extensions.Hosting;

namespace DaemonRpc.Hosting;

/// <summary>Runs a daemon whose handlers are services of an application host.</summary>
/// <remarks>
/// Each task gets a scope of services of its own, from which its handler is resolved; the scope is disposed when the task has ended. What must stay warm
/// belongs in singletons. The host starts before the first task and stops after the last one.
/// </remarks>
/// <example>
/// <code>
/// return await HostedDaemon.RunAsync&lt;IWords&gt;(WordsDaemon.RunAsync, () =>
/// {
///     HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
///     builder.Services.AddSingleton&lt;WordIndex&gt;();
///     builder.Services.AddDaemonRpc&lt;IWords, Words&gt;();
///     return builder.Build();
/// });
/// </code>
/// </example>
public static class HostedDaemon
{
    /// <summary>Serves until the daemon is stopped or idle, or its host is asked to stop.</summary>
    /// <typeparam name="TContract">The contract's interface.</typeparam>
    /// <param name="entry">The generated daemon's <c>RunAsync</c>, for example <c>WordsDaemon.RunAsync</c>.</param>
    /// <param name="build">
    /// Builds the host, once. Its services include those of <c>AddDaemonRpc</c>. In a process that a client started, the daemon answers before this runs: the
    /// client's calls wait, however long it takes, and get the exception if it throws.
    /// </param>
    /// <param name="options">
    /// How the daemon behaves, before the host's services change it (<c>services.Configure&lt;DaemonOptions&gt;</c>). <see cref="DaemonOptions.MaxFrameBytes"/>
    /// and <see cref="DaemonOptions.TimeProvider"/> are needed before the host is built: set them here.
    /// </param>
    /// <returns>The process's exit code.</returns>
    /// <exception cref="PlatformNotSupportedException">This is Windows, where there are no daemons.</exception>
    public static async Task<int> RunAsync<TContract>(DaemonEntry<TContract> entry, Func<IHost> build, DaemonOptions? options = null)
        where TContract : class
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(build);
        await using var handlers = new HostedHandlers<TContract>(build);
        DaemonOptions begun = options?.Copy() ?? new DaemonOptions();
        begun.Handlers = handlers;
        return await entry(static (_, _) => throw new InvalidOperationException("The host makes the handlers. Pass the generated daemon's RunAsync itself."), begun).ConfigureAwait(false);
    }
}
