using System.Globalization;

namespace DaemonRpc.TestDaemon;

/// <summary>The daemon, with what a test wants it to be or to do wrong: told by its arguments.</summary>
internal static class Daemon
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (Argument(args, "--note") is { } note)
        {
            await File.AppendAllTextAsync(note, $"{Environment.ProcessId}\n");
        }

        if (Argument(args, "--group") is { } group)
        {
            // A control group with few threads.
            await File.WriteAllTextAsync(Path.Combine(group, "cgroup.procs"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }

        if (args.Contains("--listen"))
        {
            Traces.Listen(writes: false);
        }

        switch (Argument(args, "--start"))
        {
            case "exit":
                await Console.Error.WriteLineAsync("I leave before I serve.");
                return 42;
            case "never":
                await Task.Delay(Timeout.Infinite);
                return 0;
            case "deaf":
                // As a program does that closes all it does not know, the channel and the spawn lock among them, and lives on.
                for (int descriptor = 3; descriptor <= 4; descriptor++)
                {
                    new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true).Dispose();
                }

                await Task.Delay(Timeout.Infinite);
                return 0;
            case "connect":
                await using (await TestServiceClient.ConnectAsync())
                {
                    return 0;
                }

            case "die":
                return await TestServiceDaemon.RunAsync(ITestService (DaemonContext _) =>
                {
                    System.Diagnostics.Process.GetCurrentProcess().Kill();
                    throw new InvalidOperationException("This process has ended.");
                });
            case "descriptorless":
                ThreadLimits.AllowDescriptors(int.Parse(Argument(args, "--descriptors")!, System.Globalization.CultureInfo.InvariantCulture));
                return await TestServiceDaemon.RunAsync(context => new TestService(context, null), Options(args));
            case "threadless":
                ThreadLimits.GiveNoMore();
                return await TestServiceDaemon.RunAsync(context => new TestService(context, null), Options(args));
            case "throw":
                return await TestServiceDaemon.RunAsync(ITestService (DaemonContext _) => throw new InvalidDataException("The index is broken."));
            case "wait":
                // Until somebody creates the file, or the daemon is to leave.
                return await TestServiceDaemon.RunAsync(
                    async (context, stopping) =>
                    {
                        var service = new TestService(context, disposalFile: null);
                        await service.HoldUntilAsync(Argument(args, "--until")!, stopping);
                        return service;
                    },
                    Options(args));
            default:
                return await TestServiceDaemon.RunAsync(context => new TestService(context, Argument(args, "--dispose")), Options(args));
        }
    }

    private static DaemonOptions Options(string[] args)
    {
        var options = new DaemonOptions();
        if (Argument(args, "--idle") is { } idle)
        {
            options.IdleTimeout = Milliseconds(idle);
        }

        if (Argument(args, "--grace") is { } grace)
        {
            options.CancelGrace = Milliseconds(grace);
        }

        if (Argument(args, "--limit") is { } limit)
        {
            options.MaxFrameBytes = int.Parse(limit, CultureInfo.InvariantCulture);
        }

        if (Argument(args, "--stall") is { } stall)
        {
            options.WatcherStallTimeout = Milliseconds(stall);
        }

        if (args.Contains("--continue"))
        {
            options.DisconnectBehavior = DisconnectBehavior.ContinueTask;
        }

        return options;
    }

    private static TimeSpan Milliseconds(string text) => TimeSpan.FromMilliseconds(int.Parse(text, CultureInfo.InvariantCulture));

    private static string? Argument(string[] args, string name)
    {
        int index = Array.IndexOf(args, name);
        return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
    }
}
