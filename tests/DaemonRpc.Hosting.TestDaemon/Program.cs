using DaemonRpc.Hosting;
using DaemonRpc.Hosting.TestDaemon;

if (args is ["activate", var descriptor, var process, var count, .. var rest])
{
    Activation.Become(descriptor, process, count, rest);
}

return await HostedDaemon.RunAsync<IWorkshop>(WorkshopDaemon.RunAsync, () => WorkshopHost.Build(args));
