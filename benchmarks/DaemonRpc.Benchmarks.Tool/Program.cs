using DaemonRpc;
using DaemonRpc.Benchmarks;
using DaemonRpc.Benchmarks.Tool;

var options = new DaemonOptions { IdleTimeout = TimeSpan.FromMinutes(10), CancelGrace = Grace.Length };
if (CalculatorDaemon.IsRequested)
{
    return await CalculatorDaemon.RunAsync(_ => new Calculator(), options);
}

if (WorkshopDaemon.IsRequested)
{
    return await WorkshopDaemon.RunAsync(context => new Workshop(context), options);
}

if (LibraryDaemon.IsRequested)
{
    return await LibraryDaemon.RunAsync(_ => new Library(), options);
}

// As a client:
//   call   start the daemon unless it runs, one call, leave
//   call-record   the same, with a record
//   call-streams   the same, by a contract that passes streams
//   warm   connect, then do what standard input says; with --listen, while somebody listens to spans and metrics
if (args.Contains("--listen"))
{
    Listeners.Begin();
}

if (args[0] == "call-record")
{
    await using LibraryClient library = await LibraryClient.ConnectAsync();
    return (await library.FindAsync(new Query("a", ["b"]))).Hits.Length == 1 ? 0 : 1;
}

if (args[0] == "call-streams")
{
    await using WorkshopClient workshop = await WorkshopClient.ConnectAsync();
    return await workshop.AddAsync(1, 2) == 3 ? 0 : 1;
}

CalculatorClient calculator = await CalculatorClient.ConnectAsync();
await using var client = new ToolClient(calculator);
switch (args[0])
{
    case "call":
        return await client.AddAsync(1, 2) == 3 ? 0 : 1;
    case "warm":
        await WarmLoop.RunAsync(client);
        return 0;
    default:
        Console.Error.WriteLine($"Unknown command '{args[0]}'.");
        return 2;
}
