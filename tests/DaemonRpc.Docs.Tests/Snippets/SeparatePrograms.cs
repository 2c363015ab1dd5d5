namespace DaemonRpc.Docs.Tests.Snippets;

/// <summary>docs/guides/separate-programs.md, docs/guides/services.md.</summary>
internal static class SeparatePrograms
{
    public static async Task LaunchAsync()
    {
        // <separate-client>
        await using WordsClient words = await WordsClient.ConnectAsync();
        // </separate-client>
    }

    public static DaemonClientOptions Beside()
    {
        // <separate-beside>
        DaemonClientOptions options = new() { Launch = DaemonLaunch.Beside("wordsd") };
        // </separate-beside>
        return options;
    }

    public static async Task<int> ServeAsync()
    {
        // <separate-daemon>
        return await WordsDaemon.RunAsync(context => new Words(context));
        // </separate-daemon>
    }

    public static async Task<int> ServiceAsync()
    {
        // <service-daemon>
        return await WordsDaemon.RunAsync(
            context => new Words(context),
            new DaemonOptions { IdleTimeout = Timeout.InfiniteTimeSpan });
        // </service-daemon>
    }

    public static async Task ServiceClientAsync()
    {
        // <service-client>
        await using WordsClient words = await WordsClient.ConnectAsync(new DaemonClientOptions { Launch = DaemonLaunch.None });
        // </service-client>
    }
}
