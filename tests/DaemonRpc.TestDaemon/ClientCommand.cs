using System.Globalization;

namespace DaemonRpc.TestDaemon;

/// <summary>What a client's command line says beside the command. What follows <c>--daemon</c> is the daemon's.</summary>
internal static class ClientCommand
{
    public static DaemonClientOptions Options(string[] args)
    {
        int daemon = Array.IndexOf(args, "--daemon");
        int limit = Array.IndexOf(args, "--limit");
        int instance = Array.IndexOf(args, "--instance");
        return new DaemonClientOptions
        {
            Instance = instance < 0 ? "" : args[instance + 1],
            BusyTimeout = args.Contains("--wait") ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
            Launch = args.Contains("--no-launch") ? DaemonLaunch.None
                : daemon < 0 ? DaemonLaunch.Self
                : DaemonLaunch.Executable(Environment.ProcessPath!, args[(daemon + 1)..]),
            CallTimeout = limit < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(int.Parse(args[limit + 1], CultureInfo.InvariantCulture)),
            VersionPolicy = args.Contains("--match") ? VersionPolicy.MatchClient : args.Contains("--compatible") ? VersionPolicy.Compatible : VersionPolicy.NewerWins,
            StartTimeout = TimeSpan.FromSeconds(args.Contains("--impatient") ? 2 : 60),
            ForwardEnvironment = ["TESTDAEMON_FORWARDED"],
        };
    }
}
