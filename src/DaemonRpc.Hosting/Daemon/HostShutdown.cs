using DaemonRpc.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DaemonRpc.Hosting.Daemon;

/// <summary>Has daemon and host end together, whichever is asked first.</summary>
/// <remarks>
/// A daemon that a client stops or replaces lets its task finish, as every daemon does. If the system or the program itself ends the daemon, the host's
/// shutdown timeout limits that: the task is then cancelled, in two steps.
/// </remarks>
internal sealed class HostShutdown
{
    private readonly IHostApplicationLifetime _lifetime;
    private readonly DaemonContext _context;
    private readonly ServiceManager? _manager;
    private readonly TimeSpan _timeout;
    private readonly TaskCompletionSource _drained = new();

    private HostShutdown(IHost host, DaemonContext context, ServiceManager? manager)
    {
        _lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        _timeout = host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
        _context = context;
        _manager = manager;
    }

    /// <summary>Begins to look out for an end. Both sources of an end live no longer than the daemon, so nothing is unregistered.</summary>
    public static HostShutdown Begin(IHost host, DaemonContext context, ServiceManager? manager)
    {
        var shutdown = new HostShutdown(host, context, manager);
        _ = shutdown._lifetime.ApplicationStopping.Register(() => context.Life.Stop("The program asked its host to stop."));
        _ = context.Stopping.Register(shutdown.OnStopping);
        return shutdown;
    }

    /// <summary>Says that no task runs any more.</summary>
    public void Drained() => _drained.SetResult();

    private void OnStopping()
    {
        _manager?.Stopping();
        if (!_context.Life.IsEndedByClient)
        {
            // A thread of its own, because the task may occupy the thread pool.
            OwnThread.Start("DaemonRpc shutdown", Limit);
        }

        _lifetime.StopApplication();
    }

    private void Limit()
    {
        if (!_drained.Task.Wait(_timeout))
        {
            _context.Life.CancelTasks();
        }
    }
}
