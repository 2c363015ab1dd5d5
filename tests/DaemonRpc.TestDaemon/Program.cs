using System.Globalization;
using DaemonRpc;
using DaemonRpc.TestDaemon;

if (TestServiceDaemon.IsRequested)
{
    return await Daemon.RunAsync();
}

// As a client: one command, one line of output.
await using TestServiceClient client = await TestServiceClient.ConnectAsync(ClientCommand.Options(args));
switch (args[0])
{
    case "add":
        Console.WriteLine(await client.AddAsync(int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture)));
        break;
    case "pid":
        Description description = await client.DescribeAsync();
        Console.WriteLine($"{description.ProcessId} {client.Daemon.Origin} {client.Daemon.BuildTimestamp}");
        break;
    case "hold":
        await client.HoldAsync();
        break;
    case "spin":
        await client.SpinAsync();
        break;
    case "cancel":
        Console.WriteLine(await client.Daemon.CancelAsync());
        break;
    case "watch":
        await foreach (DaemonStatus status in client.Daemon.WatchStatusAsync())
        {
            Console.WriteLine($"{status.State} {status.Message}");
        }

        break;
    default:
        Console.Error.WriteLine($"Unknown command '{args[0]}'.");
        return 2;
}

return 0;
