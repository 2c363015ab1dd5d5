using CodeSearch.Contract;
using DaemonRpc;

namespace CodeSearch.Tests.Infrastructure;

/// <summary>A tree to search and a runtime directory, both of one test's own. The daemon is gone when the test ends.</summary>
internal sealed class ToolWorld : IAsyncDisposable
{
    private readonly string _runtimeDirectory = Directory.CreateTempSubdirectory("csd-").FullName;

    /// <summary>Which tool is run; the one that was built, unless a test makes another.</summary>
    public string Program { get; init; } = ToolRun.BuiltProgram;

    public TempTree Tree { get; } = new();

    /// <summary>Starts the tool in the tree.</summary>
    public ToolRun Start(params string[] arguments) => ToolRun.Start(Program, _runtimeDirectory, Tree.Root, arguments);

    /// <summary>Starts the tool in the tree, with nobody to read its output.</summary>
    public ToolRun StartUnread(params string[] arguments) => ToolRun.StartUnread(Program, _runtimeDirectory, Tree.Root, arguments);

    /// <summary>Runs the tool in the tree to its end.</summary>
    public async Task<ToolResult> RunAsync(params string[] arguments)
    {
        using ToolRun run = Start(arguments);
        return await run.EndAsync();
    }

    /// <summary>The tree's daemon, or null when none runs.</summary>
    public Task<DaemonHandle?> FindDaemonAsync() => DaemonControl.FindAsync(ICodeSearch.DaemonId, Tree.Root, _runtimeDirectory);

    /// <summary>Waits until the daemon says something that fits.</summary>
    public async Task<DaemonStatus> StatusAsync(Func<DaemonStatus, bool> fits)
    {
        using CancellationTokenSource limit = new(ToolRun.Limit);
        DaemonHandle daemon = await FindDaemonAsync() ?? throw new InvalidOperationException("No daemon runs.");
        await foreach (DaemonStatus status in daemon.WatchStatusAsync(limit.Token))
        {
            if (fits(status))
            {
                return status;
            }
        }

        throw new InvalidOperationException("The daemon left.");
    }

    public async ValueTask DisposeAsync()
    {
        if (await FindDaemonAsync() is { } daemon)
        {
            await daemon.StopAsync(force: true);
        }

        Tree.Dispose();
        Directory.Delete(_runtimeDirectory, recursive: true);
    }
}
