namespace DaemonRpc.TestDaemon;

/// <summary>What a client's command line says beside the command.</summary>
internal static class ClientCommand
{
    public static DaemonClientOptions Options(string[] args) => new()
    {
        BusyWait = args.Contains("--wait") ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
        Launch = args.Contains("--no-launch") ? DaemonLaunch.None : DaemonLaunch.Self,
        ForwardEnvironment = ["TESTDAEMON_FORWARDED"],
    };
}
