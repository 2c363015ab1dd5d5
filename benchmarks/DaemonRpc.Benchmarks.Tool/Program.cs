using System.Globalization;
using DaemonRpc;
using DaemonRpc.Benchmarks.Tool;

if (CalculatorDaemon.IsRequested)
{
    return await CalculatorDaemon.RunAsync(_ => new Calculator(), new DaemonOptions { IdleTimeout = TimeSpan.FromMinutes(10) });
}

// As a client:
//   call   start the daemon unless it runs, one call, leave
//   warm   connect, then one round of calls for each number read
await using CalculatorClient client = await CalculatorClient.ConnectAsync();
switch (args[0])
{
    case "call":
        return await client.AddAsync(1, 2) == 3 ? 0 : 1;
    case "warm":
        while (Console.In.ReadLine() is { Length: > 0 } line)
        {
            Console.Out.WriteLine(await WarmRound.RunAsync(client, int.Parse(line, CultureInfo.InvariantCulture)));
        }

        return 0;
    default:
        Console.Error.WriteLine($"Unknown command '{args[0]}'.");
        return 2;
}
