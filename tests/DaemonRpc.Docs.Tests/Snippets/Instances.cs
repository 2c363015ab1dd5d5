namespace DaemonRpc.Docs.Tests.Snippets;

/// <summary>docs/guides/instances.md.</summary>
internal static class Instances
{
    public static async Task<string> ConnectAsync(string workspace)
    {
        // <instance-connect>
        await using WordsClient words = await WordsClient.ConnectAsync(new DaemonClientOptions
        {
            Instance = RealPath(workspace),
        });
        // </instance-connect>
        return words.Daemon.Instance;
    }

    // <instance-path>
    private static string RealPath(string folder)
    {
        var info = new DirectoryInfo(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName;
    }
    // </instance-path>

    public static async Task<int> ServeAsync()
    {
        // <instance-serve>
        return await WordsDaemon.RunAsync(context => new WorkspaceWords(context.Instance));
        // </instance-serve>
    }

    public static async Task StopAllAsync()
    {
        // <instance-list>
        foreach (DaemonHandle daemon in await DaemonControl.ListAsync())
        {
            if (daemon.Id == "com.acme.words")
            {
                Console.WriteLine($"Stopping the daemon of {daemon.Instance}");
                await daemon.StopAsync();
            }
        }
        // </instance-list>
    }

    public static async Task EnvironmentAsync()
    {
        // <instance-environment>
        await using WordsClient words = await WordsClient.ConnectAsync(new DaemonClientOptions
        {
            LaunchEnvironment = new Dictionary<string, string?> { ["NUGET_PACKAGES"] = "/data/packages" },
        });
        // </instance-environment>
    }

    public static string CallerDirectory(DaemonContext context)
    {
        // <instance-caller>
        string folder = context.Caller.WorkingDirectory;
        bool plain = context.Caller.Environment.ContainsKey("NO_COLOR");
        // </instance-caller>
        return $"{folder} {plain}";
    }
}

/// <summary>A handler for one workspace.</summary>
internal sealed class WorkspaceWords(string workspace) : IWords
{
    public Task<Summary> ReadAsync(string file, CancellationToken cancellationToken) => Task.FromResult(new Summary(workspace.Length, 0));

    public IAsyncEnumerable<string> StartingWithAsync(string prefix, CancellationToken cancellationToken) => AsyncEnumerable.Empty<string>();
}
