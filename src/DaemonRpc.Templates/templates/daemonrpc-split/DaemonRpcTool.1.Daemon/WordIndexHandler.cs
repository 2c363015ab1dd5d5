using DaemonRpc;

namespace DaemonRpcTool._1;

/// <summary>Lives as long as the daemon, and runs one call at a time.</summary>
public sealed class WordIndexHandler(DaemonContext context) : IWordIndex
{
    private readonly SortedSet<string> _words = [];              // the warmth

    /// <inheritdoc/>
    public async Task<Summary> ReadAsync(string file, CancellationToken cancellationToken)
    {
        context.Status.Report($"Reading {file}");                // everybody who watches sees it
        string text = await File.ReadAllTextAsync(file, cancellationToken);
        string[] found = text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        _words.UnionWith(found);
        return new Summary(found.Length, _words.Count);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> StartingWithAsync(string prefix, CancellationToken cancellationToken) =>
        _words.Where(word => word.StartsWith(prefix, StringComparison.Ordinal)).ToAsyncEnumerable();
}
