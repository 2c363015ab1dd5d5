using DaemonRpc.Hosting;
using DaemonRpc.Hosting.TestDaemon;

return await HostedDaemon.RunAsync<IWorkshop>(WorkshopDaemon.RunAsync, () => WorkshopHost.Build(args));
