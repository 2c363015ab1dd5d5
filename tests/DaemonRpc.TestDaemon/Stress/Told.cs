namespace DaemonRpc.TestDaemon.Stress;

/// <summary>What a client is told, in one word, and what is said beside it.</summary>
internal static class Told
{
    // Far longer than anything waits here: the queue moves, and daemons that are killed are followed by others.
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    /// <summary>The word for a failure. One that nobody may be told begins with "wrong".</summary>
    public static string Word(Exception exception) => exception switch
    {
        DaemonTaskCanceledException canceled => $"canceled:{canceled.Outcome} by {canceled.CanceledBy}",
        DaemonTimeoutException timeout => $"timeout:{timeout.MayHaveRun} {timeout.Message}",
        DaemonDisconnectedException disconnected => $"disconnected:{disconnected.MayHaveRun} {disconnected.Message}",
        DaemonBusyException => "busy",
        DaemonRemoteException remote when remote.RemoteType == typeof(InvalidDataException).FullName => "remote",
        DaemonRemoteException remote when remote.RemoteType == typeof(DaemonException).FullName && remote.Message.Contains("could not start a thread", StringComparison.Ordinal) => "threadless",
        DaemonStartException start => $"start {start.Message}",
        TimeoutException => $"wrong: it hangs, after {Limit}",
        _ => $"wrong: {exception}",
    };
}
