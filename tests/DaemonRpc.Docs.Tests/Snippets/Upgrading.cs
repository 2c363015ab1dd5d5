namespace DaemonRpc.Docs.Tests.Snippets;

/// <summary>docs/guides/upgrading.md.</summary>
internal static class Upgrading
{
    public static async Task<int> OlderAsync(WordsClient words, string file)
    {
        // <upgrade-older>
        try
        {
            await words.ReadAsync(file);
            return 0;
        }
        catch (DaemonVersionException version)
        {
            Console.Error.WriteLine(version.Message);
            return 1;
        }
        // </upgrade-older>
    }

    public static async Task SideBySideAsync()
    {
        // <upgrade-side-by-side>
        await using WordsClient words = await WordsClient.ConnectAsync(new DaemonClientOptions { VersionPolicy = VersionPolicy.SideBySide });
        // </upgrade-side-by-side>
    }

    public static async Task CompatibleAsync()
    {
        // <upgrade-compatible>
        await using WordsClient words = await WordsClient.ConnectAsync(new DaemonClientOptions
        {
            Launch = DaemonLaunch.Executable("/opt/words/wordsd"),
            VersionPolicy = VersionPolicy.Compatible,
        });
        // </upgrade-compatible>
    }

    public static void Origin(WordsClient words)
    {
        // <upgrade-origin>
        Console.WriteLine($"{words.Daemon.Origin}: {words.Daemon.OriginReason}");
        // </upgrade-origin>
    }
}
