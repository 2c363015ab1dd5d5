using System.Globalization;
using DaemonRpc.Benchmarks.Bare;

// What remains when everything that DaemonRpc does is taken away: a process that echoes, and one that asks it.
//   call  <socket> sockets|syscalls              start the daemon unless it runs, one round trip, leave
//   warm  <socket> sockets|syscalls              connect, then one round of calls for each number read
//   serve <socket> sockets|syscalls <descriptor> be the daemon
switch (args[0])
{
    case "call":
        return EchoClient.Call(args[1], args[2]);
    case "warm":
        return EchoClient.Warm(args[1], args[2]);
    case "serve":
        EchoDaemon.Run(args[1], args[2], int.Parse(args[3], CultureInfo.InvariantCulture));
        return 0;
    default:
        Console.Error.WriteLine($"Unknown command '{args[0]}'.");
        return 2;
}
