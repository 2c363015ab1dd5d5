using DaemonRpc.CodeGen;
using DaemonRpc.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DaemonRpc.Hosting.Daemon;

/// <summary>Builds, starts and stops the host around a daemon, and takes the handlers from it.</summary>
/// <remarks>
/// In the foreground the host is built before the daemon begins, because its configuration says which daemon that is. In a process that a client started,
/// the client says that, and waits: so the daemon answers first.
/// </remarks>
/// <param name="build">The user's function that builds the host.</param>
internal sealed class HostedHandlers<TContract>(Func<IHost> build) : PerTaskHandlers, IAsyncDisposable
    where TContract : class
{
    private readonly HostLoggers _loggers = new();
    private ServiceManager? _manager;

    // Built, and not owned by the tasks yet.
    private IHost? _host;

    public override DaemonOptions Begin(DaemonOptions options, bool isLaunched)
    {
        if (!isLaunched)
        {
            _host = Build();
            options = OptionsOf(_host, options);
            _manager = new ServiceManager(_loggers.CreateLogger("DaemonRpc.Hosting"));
        }

        options.LoggerFactory ??= _loggers;
        return options;
    }

    public override async ValueTask<ITaskHandler> MakeAsync(DaemonContext context, DaemonOptions options, HandlerDispatch dispatch, CancellationToken stopping)
    {
        try
        {
            IHost host = _host ?? BuildLate(options);
            stopping.ThrowIfCancellationRequested();
            RegistrationOf(host).Context = context;
            HostShutdown shutdown = HostShutdown.Begin(host, context, _manager);
            await host.StartAsync(stopping).ConfigureAwait(false);
            _manager?.Ready(context.Instance.Length == 0 ? $"'{context.Id}'" : $"'{context.Id}' for '{context.Instance}'");
            _host = null;
            return new ScopedTasks<TContract>(host, shutdown, dispatch, _loggers);
        }
        catch (Exception exception)
        {
            _manager?.Failed(exception);
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Disposes the host if it did not come to run.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _host, null) is { } host)
        {
            _loggers.Leave();
            await ScopedTasks<TContract>.DisposeAsync(host).ConfigureAwait(false);
        }
    }

    private IHost Build()
    {
        IHost host = build() ?? throw new InvalidOperationException("The function that builds the host returned null.");
        _loggers.Use(host.Services.GetRequiredService<ILoggerFactory>());
        return host;
    }

    /// <summary>Builds the host of a daemon that has begun, whose options it may still change in part.</summary>
    private IHost BuildLate(DaemonOptions options)
    {
        IHost host = _host = Build();
        DaemonOptions configured = OptionsOf(host, options);
        if (configured.MaxFrameBytes != options.MaxFrameBytes || configured.TimeProvider != options.TimeProvider)
        {
            throw new InvalidOperationException(
                $"{(configured.MaxFrameBytes != options.MaxFrameBytes ? "DaemonOptions.MaxFrameBytes" : "DaemonOptions.TimeProvider")} was configured in the host, which is built when the daemon already uses it. Pass it to HostedDaemon.RunAsync, in its options.");
        }

        options.IdleTimeout = configured.IdleTimeout;
        options.CancelGrace = configured.CancelGrace;
        options.DisconnectBehavior = configured.DisconnectBehavior;
        if (configured.LoggerFactory is { } loggers && loggers != options.LoggerFactory)
        {
            _loggers.Use(loggers);
        }

        return host;
    }

    private static DaemonOptions OptionsOf(IHost host, DaemonOptions given)
    {
        DaemonRegistration registration = RegistrationOf(host);
        if (host.Services.GetRequiredService<IHostLifetime>() is var lifetime and not DaemonLifetime)
        {
            throw new InvalidOperationException(
                $"The host has the lifetime {lifetime.GetType().Name}, which would handle SIGTERM a second time. Remove what sets it (UseSystemd, UseConsoleLifetime), or call AddDaemonRpc<{registration.Contract.Name}, …>() after it: the daemon handles signals, and tells systemd.");
        }

        return new BasedOptionsFactory(given, host.Services).Create(Options.DefaultName);
    }

    private static DaemonRegistration RegistrationOf(IHost host) =>
        host.Services.GetService<DaemonRegistration>() is { } registration && registration.Contract == typeof(TContract)
            ? registration
            : throw new InvalidOperationException($"The host has no daemon of {typeof(TContract).Name}. Call services.AddDaemonRpc<{typeof(TContract).Name}, …>() where it is built.");
}
