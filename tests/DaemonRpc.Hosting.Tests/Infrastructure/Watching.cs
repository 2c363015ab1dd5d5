namespace DaemonRpc.Hosting.Tests.Infrastructure;

/// <summary>Waits for what a daemon says of itself.</summary>
internal static class Watching
{
    public static async Task UntilAsync(this DaemonHandle daemon, Predicate<DaemonStatus> wanted)
    {
        using var limit = new CancellationTokenSource(Limits.Generous);
        await foreach (DaemonStatus status in daemon.WatchStatusAsync(limit.Token))
        {
            if (wanted(status))
            {
                return;
            }
        }

        Assert.Fail("The daemon ended first.");
    }
}
