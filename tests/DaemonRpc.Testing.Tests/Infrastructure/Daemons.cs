using System.Reflection;

namespace DaemonRpc.Testing.Tests.Infrastructure;

/// <summary>The daemon of the tests, in the process of the tests and in one of its own.</summary>
internal static class Daemons
{
    /// <summary>The program that runs as the real daemon, and as its client.</summary>
    public static string ProgramPath { get; } =
        typeof(Daemons).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "TestDaemon").Value!;

    /// <summary>Creates a daemon in this process.</summary>
    /// <param name="time">The clock; null for real time.</param>
    /// <param name="configure">Changes the daemon's options; null for the defaults.</param>
    public static TestDaemon Create(TimeProvider? time = null, Action<DaemonOptions>? configure = null) => new(
        options =>
        {
            configure?.Invoke(options);
            return TestServiceDaemon.RunAsync(context => new TestService(context, disposalFile: null), options);
        },
        time);

    public static Task<TestServiceClient> ConnectAsync(this TestDaemon daemon, Action<DaemonClientOptions>? configure = null)
    {
        DaemonClientOptions options = daemon.ClientOptions();
        configure?.Invoke(options);
        return TestServiceClient.ConnectAsync(options).InTime();
    }

    /// <summary>Connects to a real daemon, started with some options of the test program.</summary>
    public static Task<TestServiceClient> ConnectAsync(this DaemonFixture fixture, params string[] arguments)
    {
        DaemonClientOptions options = fixture.ClientOptions(DaemonLaunch.Executable(ProgramPath, arguments));
        options.StartTimeout = Limits.Generous;
        return TestServiceClient.ConnectAsync(options).InTime();
    }

    /// <summary>Waits for a status of the daemon that runs.</summary>
    public static async Task UntilAsync(this TestDaemon daemon, Predicate<DaemonStatus> wanted)
    {
        DaemonClientOptions options = daemon.ClientOptions();
        options.Launch = DaemonLaunch.None;
        await using TestServiceClient watcher = await TestServiceClient.ConnectAsync(options).InTime();
        await watcher.UntilAsync(wanted);
    }

    /// <inheritdoc cref="UntilAsync(TestDaemon, Predicate{DaemonStatus})"/>
    public static async Task UntilAsync(this TestServiceClient watcher, Predicate<DaemonStatus> wanted)
    {
        using var limit = new CancellationTokenSource(Limits.Generous);
        await foreach (DaemonStatus status in watcher.Daemon.WatchStatusAsync(limit.Token))
        {
            if (wanted(status))
            {
                return;
            }
        }
    }
}
