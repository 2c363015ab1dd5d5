using System.Diagnostics.CodeAnalysis;
using DaemonRpc;
using DaemonRpc.Hosting;
using DaemonRpc.Hosting.Daemon;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds daemons of DaemonRpc, and their clients, to a host's services.</summary>
public static class DaemonServiceCollectionExtensions
{
    /// <summary>Adds the daemon of a contract, for <see cref="HostedDaemon"/>. Each task gets a handler of its own, from a scope of its own.</summary>
    /// <typeparam name="TContract">The contract's interface.</typeparam>
    /// <typeparam name="THandler">The handler. A handler that was already registered for the contract stays, with its lifetime.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the daemon's options.</param>
    /// <remarks>
    /// The services may use <see cref="DaemonContext"/>. The host leaves SIGTERM and Ctrl-C to the daemon.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The host already has a daemon of another contract.</exception>
    public static IServiceCollection AddDaemonRpc<TContract, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IServiceCollection services, Action<DaemonOptions>? configure = null)
        where TContract : class
        where THandler : class, TContract
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddScoped<TContract, THandler>();
        return services.AddDaemonRpc<TContract>(configure);
    }

    /// <summary>Adds the daemon of a contract whose handler is registered apart, for <see cref="HostedDaemon"/>.</summary>
    /// <typeparam name="TContract">The contract's interface. Each task resolves it from a scope of its own; a singleton serves all tasks.</typeparam>
    /// <inheritdoc cref="AddDaemonRpc{TContract, THandler}(IServiceCollection, Action{DaemonOptions}?)"/>
    public static IServiceCollection AddDaemonRpc<TContract>(this IServiceCollection services, Action<DaemonOptions>? configure = null)
        where TContract : class
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.FirstOrDefault(static service => service.ServiceType == typeof(DaemonRegistration))?.ImplementationInstance is DaemonRegistration other)
        {
            if (other.Contract != typeof(TContract))
            {
                throw new InvalidOperationException(
                    $"The host has the daemon of {other.Contract.Name} already, so it cannot have that of {typeof(TContract).Name} too. A process is one daemon: give each contract a host of its own.");
            }
        }
        else
        {
            _ = services.AddSingleton(new DaemonRegistration(typeof(TContract)));
            _ = services.AddSingleton(static provider => provider.GetRequiredService<DaemonRegistration>().Context);
        }

        // The last one counts: the host's builder has registered its own.
        _ = services.AddSingleton<IHostLifetime, DaemonLifetime>();
        return configure is null ? services : services.Configure(configure);
    }

    /// <summary>Changes the daemon's options by a section of the configuration, also in native code.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">
    /// The section, whose keys are the names of the options: <c>Instance</c>, <c>RuntimeDirectory</c>, <c>IdleTimeout</c>, <c>CancelGrace</c>,
    /// <c>DisconnectBehavior</c> and <c>MaxFrameBytes</c>. An infinite time is <c>-00:00:00.001</c>.
    /// </param>
    /// <remarks>
    /// The framework's <c>Configure&lt;DaemonOptions&gt;(section)</c> does the same, but warns when it is published with Native AOT: it takes the logger
    /// factory and the clock for settings.
    /// </remarks>
    public static IServiceCollection ConfigureDaemonRpc(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        return services.Configure<DaemonOptions>(options =>
        {
            var settings = new DaemonSettings();
            section.Bind(settings);
            settings.ApplyTo(options);
        });
    }

    /// <summary>Adds a client as a singleton <see cref="DaemonConnection{TClient}"/>, which connects at its first use.</summary>
    /// <typeparam name="TClient">The generated client.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="connect">The generated client's <c>ConnectAsync</c>, for example <c>WordsClient.ConnectAsync</c>.</param>
    /// <param name="configure">Changes the client's options.</param>
    public static IServiceCollection AddDaemonRpcClient<TClient>(
        this IServiceCollection services, Func<DaemonClientOptions?, CancellationToken, Task<TClient>> connect, Action<DaemonClientOptions>? configure = null)
        where TClient : class, IAsyncDisposable
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(connect);
        string options = typeof(TClient).FullName!;
        _ = services.AddOptions<DaemonClientOptions>(options).Configure(configure ?? (static _ => { }));
        return services.AddSingleton(provider => Connection(provider, connect, options));
    }

    /// <summary>Adds a client as a keyed singleton <see cref="DaemonConnection{TClient}"/>: one of several of the same contract, for example one per instance.</summary>
    /// <typeparam name="TClient">The generated client.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The service's key (<c>[FromKeyedServices("…")]</c>), and the name of its options.</param>
    /// <param name="connect">The generated client's <c>ConnectAsync</c>, for example <c>WordsClient.ConnectAsync</c>.</param>
    /// <param name="configure">Changes the client's options.</param>
    public static IServiceCollection AddKeyedDaemonRpcClient<TClient>(
        this IServiceCollection services, string name, Func<DaemonClientOptions?, CancellationToken, Task<TClient>> connect, Action<DaemonClientOptions>? configure = null)
        where TClient : class, IAsyncDisposable
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(connect);
        _ = services.AddOptions<DaemonClientOptions>(name).Configure(configure ?? (static _ => { }));
        return services.AddKeyedSingleton(name, (provider, _) => Connection(provider, connect, name));
    }

    private static DaemonConnection<TClient> Connection<TClient>(
        IServiceProvider provider, Func<DaemonClientOptions?, CancellationToken, Task<TClient>> connect, string name)
        where TClient : class, IAsyncDisposable
    {
        DaemonClientOptions options = provider.GetRequiredService<IOptionsMonitor<DaemonClientOptions>>().Get(name);
        options.LoggerFactory ??= provider.GetService<ILoggerFactory>();
        return new DaemonConnection<TClient>(connect, options);
    }
}
