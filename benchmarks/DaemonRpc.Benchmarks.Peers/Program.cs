using DaemonRpc.Benchmarks;
using DaemonRpc.Benchmarks.Peers.Grpc;
using DaemonRpc.Benchmarks.Peers.Json;

// What else a C# program can do to ask another one: StreamJsonRpc and gRPC, over the same socket.
//   call  <socket> streamjsonrpc|grpc              start the daemon unless it runs, one call, leave
//   warm  <socket> streamjsonrpc|grpc              do what standard input says
//   serve <socket> streamjsonrpc|grpc <descriptor> be the daemon
string path = args[1];
bool isGrpc = args[2] == "grpc";
switch (args[0])
{
    case "call":
        await using (MeasuredClient client = isGrpc ? GrpcClient.Connect(path) : JsonClient.Connect(path))
        {
            return await client.AddAsync(1, 2) == 3 ? 0 : 1;
        }

    case "warm":
        await using (MeasuredClient client = isGrpc ? GrpcClient.Connect(path) : JsonClient.Connect(path))
        {
            await WarmLoop.RunAsync(client);
        }

        return 0;
    case "serve":
        await (isGrpc ? GrpcDaemon.RunAsync(path, args[3]) : JsonDaemon.RunAsync(path, args[3]));
        return 0;
    default:
        Console.Error.WriteLine($"Unknown command '{args[0]}'.");
        return 2;
}
