using System.Globalization;
using DaemonRpc;
using DaemonRpc.TestDaemon;
using DaemonRpc.TestDaemon.Forged;
using DaemonRpc.TestDaemon.Streams;
using DaemonRpc.TestDaemon.Stress;

if (args is ["forged", ..])
{
    return await ForgedServiceDaemon.RunAsync(static _ => new ForgedService());
}

if (TestServiceDaemon.IsRequested || args is ["serve", ..])
{
    return await Daemon.RunAsync(args);
}

switch (args)
{
    case ["attempt", ..]:
        return await Attempt.RunAsync(args);
    case ["knock", string path, string bytes]:
        return Stranger.Knock(path, bytes);
    case ["listen", string path]:
        return Stranger.Listen(path);
    case ["crowd", ..]:
        await Crowd.RunAsync(args);
        return 0;
    case ["rounds", ..]:
        await Rounds.RunAsync(ClientCommand.Options(args), noteFile: args is [_, "--note", var file, ..] ? file : null);
        return 0;
    case ["stress", ..]:
        await StressClient.RunAsync(args);
        return 0;
    case ["halt", ..]:
        // Never connects as a client, which could start what it is to stop.
        try
        {
            await DaemonControl.StopAsync("daemonrpc.tests.service", force: args.Contains("--force"));
        }
        catch (DaemonUnresponsiveException exception)
        {
            Console.WriteLine($"{exception.GetType().Name}: {exception.Message}");
            return 3;
        }

        Console.WriteLine("halted");
        return 0;
    case ["list"]:
        foreach (DaemonHandle running in await DaemonControl.ListAsync())
        {
            Console.WriteLine($"{running.Id} {running.ProcessId}");
        }

        return 0;
    default:
        break;
}

// As a client: one command, and lines that tell how it went.
try
{
    if (args is ["trace", ..])
    {
        Traces.Listen(writes: true);
    }

    await using TestServiceClient client = await TestServiceClient.ConnectAsync(ClientCommand.Options(args));
    await RunAsync(client, client.Daemon);
    return 0;
}
catch (DaemonTaskCanceledException exception)
{
    Console.WriteLine($"canceled {exception.Outcome} {exception.CanceledBy}");
}
catch (DaemonBusyException exception)
{
    Console.WriteLine($"busy {exception.Task?.Method} {exception.Status.State}");
}
catch (DaemonReentrancyException exception)
{
    Console.WriteLine($"reentrant {exception.Message}");
}
catch (DaemonDisconnectedException exception)
{
    Console.WriteLine($"disconnected {exception.MayHaveRun}");
}
catch (DaemonStartException exception)
{
    Console.WriteLine($"start signal {exception.Signal}");
}
catch (DaemonRemoteException exception)
{
    Console.WriteLine($"remote {exception.RemoteType}: {exception.Message}");
}
catch (DaemonVersionException exception)
{
    Console.WriteLine($"version {exception.ClientBuildTimestamp.UtcTicks} {exception.DaemonBuildTimestamp.UtcTicks} {exception.Message}");
}

return 3;

async Task RunAsync(TestServiceClient client, DaemonHandle daemon)
{
    switch (args[0])
    {
        case "connect":
            Console.WriteLine($"connected {daemon.ProcessId} {daemon.Origin}");
            break;
        case "add":
            Console.WriteLine(await client.AddAsync(int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture)));
            break;
        case "add-when-told":
            Console.WriteLine("here");
            _ = await Console.In.ReadLineAsync();
            goto case "add";
        case "echo":
            Console.WriteLine((await client.EchoAsync(new string('x', int.Parse(args[1], CultureInfo.InvariantCulture)))).Length);
            break;
        case "count":
            int reported = 0;
            int counted = await client.CountUpAsync(int.Parse(args[1], CultureInfo.InvariantCulture), null, new Reports<byte[]>(_ => reported++));
            Console.WriteLine($"{counted} {reported}");
            break;
        case "copy":
            using (var copied = new MemoryStream())
            {
                _ = await client.CopyAsync(new MemoryStream(new byte[int.Parse(args[1], CultureInfo.InvariantCulture)]), copied);
                Console.WriteLine(copied.Length);
            }

            break;
        case "visits":
            Console.WriteLine($"{await Visits.CallAsync(client, [.. args.Skip(1).TakeWhile(static arg => arg[0] != '-')])} {daemon.ProcessId} {daemon.Origin}");
            break;
        case "relay":
            Console.WriteLine(await client.RelayAsync(args[1], [args[2]]));
            break;
        case "pid":
            Description description = await client.DescribeAsync();
            Console.WriteLine($"{description.ProcessId} {daemon.Origin} {daemon.BuildTimestamp.UtcTicks}");
            break;
        case "ask":
            // Says that it is connected, and calls when it is told to.
            Console.WriteLine($"connected {daemon.ProcessId}");
            _ = await Console.In.ReadLineAsync();
            Console.WriteLine(await client.AddAsync(1, 2));
            break;
        case "allocations":
            if (args.Contains("--loaded"))
            {
                Traces.Load();
            }

            await Allocations.CountAsync(client);
            break;
        case "trace":
            await Traces.CallAsync(client);
            break;
        case "meter":
            await Traces.CountAsync(client);
            break;
        case "untraced":
            Console.WriteLine($"{await client.AddAsync(1, 2)} {Traces.AreLoaded()}");
            break;
        case "check":
            _ = await client.CheckAsync(args[1]);
            break;
        case "sum":
            _ = await client.SumAsync(Unanswering.Numbers());
            break;
        case "quiz":
            _ = await client.QuizAsync(int.MaxValue, new Unanswering());
            break;
        case "pass":
            _ = await client.CopyAsync(new EndlessInput(), null);
            break;
        case "read":
            await ReadAlong.ForeverAsync(client);
            break;
        case "write":
            await ReadAlong.WriteSomeAsync(client, args[1]);
            break;
        case "streams":
            await ReadAlong.CountDescriptorsAsync(client, args[1]);
            break;
        case "hold":
            await client.HoldAsync();
            break;
        case "occupy":
            await client.OccupyAsync(args[1]);
            break;
        case "spin":
            await client.SpinAsync();
            break;
        case "status":
            DaemonStatus now = await daemon.GetStatusAsync();
            Console.WriteLine($"{now.State} {now.Message}");
            break;
        case "cancel":
            Console.WriteLine(await daemon.CancelAsync());
            break;
        case "stop":
            await daemon.StopAsync(args.Contains("--force"));
            Console.WriteLine("stopped");
            break;
        case "restart":
            await RestartAsync(client, args[1]);
            break;
        case "watch":
            await foreach (DaemonStatus status in daemon.WatchStatusAsync())
            {
                Console.WriteLine($"{status.Sequence} {status.State} {status.Message}");
            }

            Console.WriteLine("the watch ended");
            break;
        default:
            throw new ArgumentException($"Unknown command '{args[0]}'.");
    }
}

// Has daemons stopped and started: one, and then five. Waits after each lot until the file of that number is created.
static async Task RestartAsync(TestServiceClient client, string folder)
{
    foreach (int daemons in new[] { 1, 5 })
    {
        for (int daemon = 0; daemon < daemons; daemon++)
        {
            await client.Daemon.StopAsync();
            for (int call = 0; call < 20; call++)
            {
                await client.AddAsync(call, 1);
            }
        }

        Console.WriteLine($"restarted {daemons}");
        await client.HoldUntilAsync(Path.Combine(folder, $"{daemons}"));
    }
}
