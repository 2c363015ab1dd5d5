using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace DaemonRpc.Hosting.TestDaemon;

/// <summary>The host around the workshop, by the program's arguments.</summary>
internal static class WorkshopHost
{
    public static IHost Build(string[] args)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
        ConfigurationManager configuration = builder.Configuration;
        if (configuration["build-waits-for"] is { } file)
        {
            AwaitedFile.ExistsAsync(file, CancellationToken.None).GetAwaiter().GetResult();
        }

        if (configuration["build-fails"] is { } failure)
        {
            throw new InvalidOperationException(failure);
        }

        _ = builder.Services
            .AddSingleton(new Events(configuration["events"]))
            .AddSingleton<Warmth>()
            .AddScoped<Bench>()
            .AddHostedService<Foreman>()
            .AddDaemonRpc<IWorkshop, Workshop>()
            .ConfigureDaemonRpc(configuration.GetSection("Daemon"))
            .Configure<HostOptions>(configuration.GetSection("Host"));
        if (configuration["systemd"] is not null)
        {
            _ = builder.Services.AddSingleton<ISystemdNotifier, SystemdNotifier>().AddSingleton<IHostLifetime, SystemdLifetime>();
        }

        return builder.Build();
    }

    private sealed class Foreman(Events events, IConfiguration configuration, DaemonContext context) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (configuration["service-fails"] is { } failure)
            {
                throw new InvalidOperationException(failure);
            }

            events.Add($"started in {context.Id}");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            events.Add("stopped");
            return Task.CompletedTask;
        }
    }
}
