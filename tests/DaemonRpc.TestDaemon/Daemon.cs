using System.Globalization;

namespace DaemonRpc.TestDaemon;

/// <summary>The daemon, with what a test wants it to do wrong: told by the environment, which only DAEMONRPC_ variables reach.</summary>
internal static class Daemon
{
    public static Task<int> RunAsync()
    {
        switch (Environment.GetEnvironmentVariable("DAEMONRPC_TEST_START"))
        {
            case "exit":
                Console.Error.WriteLine("I leave before I serve.");
                return Task.FromResult(42);
            case "never":
                return Task.Delay(Timeout.Infinite).ContinueWith(_ => 0, TaskScheduler.Default);
            case "throw":
                return TestServiceDaemon.RunAsync(ITestService (DaemonContext _) => throw new InvalidDataException("The index is broken."));
            default:
                break;
        }

        var options = new DaemonOptions();
        if (Environment.GetEnvironmentVariable("DAEMONRPC_TEST_IDLE") is { } idle)
        {
            options.IdleTimeout = TimeSpan.FromMilliseconds(int.Parse(idle, CultureInfo.InvariantCulture));
        }

        if (Environment.GetEnvironmentVariable("DAEMONRPC_TEST_LIMIT") is { } limit)
        {
            options.MaxFrameBytes = int.Parse(limit, CultureInfo.InvariantCulture);
        }

        return TestServiceDaemon.RunAsync(context => new TestService(context), options);
    }
}
