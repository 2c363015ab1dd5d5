using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DaemonRpc.Benchmarks.Peers.Grpc;

/// <summary>Kestrel on a Unix socket, without anything that gRPC does not need.</summary>
internal static class GrpcDaemon
{
    public static async Task RunAsync(string path, string readyDescriptor)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        _ = builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.ListenUnixSocket(path, listener => listener.Protocols = HttpProtocols.Http2));
        _ = builder.Services.AddRoutingCore();
        _ = builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = null;
            options.MaxSendMessageSize = null;
        });
        await using WebApplication daemon = builder.Build();
        _ = daemon.MapGrpcService<CalculatorService>();
        await daemon.StartAsync();
        SelfLaunch.SayReady(readyDescriptor);
        await Task.Delay(SelfLaunch.IdleLimit);
    }
}
