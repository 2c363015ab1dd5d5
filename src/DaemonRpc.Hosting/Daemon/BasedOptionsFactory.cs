using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DaemonRpc.Hosting.Daemon;

/// <summary>Creates the daemon's options: those given to <see cref="HostedDaemon"/>, changed by what the host configures.</summary>
internal sealed class BasedOptionsFactory(DaemonOptions given, IServiceProvider services) : OptionsFactory<DaemonOptions>(
    services.GetServices<IConfigureOptions<DaemonOptions>>(),
    services.GetServices<IPostConfigureOptions<DaemonOptions>>(),
    services.GetServices<IValidateOptions<DaemonOptions>>())
{
    protected override DaemonOptions CreateInstance(string name) => given.Copy();
}
