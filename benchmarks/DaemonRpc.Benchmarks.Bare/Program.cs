using DaemonRpc.Benchmarks;
using DaemonRpc.Benchmarks.Bare;

// What remains when everything that DaemonRpc does is taken away: a process that echoes, and one that asks it.
//   call  <socket> sockets|syscalls|arrays              start the daemon unless it runs, one round trip, leave
//   warm  <socket> sockets|syscalls|arrays              do what standard input says
//   serve <socket> sockets|syscalls|arrays <descriptor> be the daemon
switch (args[0])
{
    case "call":
        return EchoClient.Call(args[1], args[2]);
    case "warm":
        await using (var client = new EchoClient(args[1], args[2]))
        {
            await WarmLoop.RunAsync(client);
        }

        return 0;
    case "serve":
        EchoDaemon.Run(args[1], args[2], args[3]);
        return 0;
    default:
        Console.Error.WriteLine($"Unknown command '{args[0]}'.");
        return 2;
}
