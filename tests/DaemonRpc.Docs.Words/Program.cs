// <using>
using DaemonRpc;
using MemoryPack;
// </using>

// <entry>
if (WordsDaemon.IsRequested)                                     // this process was started to be the daemon
{
    return await WordsDaemon.RunAsync(context => new Words(context));
}

if (args is not [string file, string prefix])
{
    Console.Error.WriteLine("Usage: words FILE PREFIX");
    return 2;
}

await using WordsClient words = await WordsClient.ConnectAsync();   // starts the daemon if none runs
Summary summary = await words.ReadAsync(Path.GetFullPath(file));
Console.WriteLine($"{summary.Words} words, of which {summary.Different} different ({words.Daemon.Origin})");
await foreach (string word in words.StartingWithAsync(prefix))
{
    Console.WriteLine(word);
}

return 0;
// </entry>

// <contract>
[DaemonRpc("com.acme.words")]
public partial interface IWords
{
    Task<Summary> ReadAsync(string file, CancellationToken cancellationToken = default);

    IAsyncEnumerable<string> StartingWithAsync(string prefix, CancellationToken cancellationToken = default);
}

[MemoryPackable]
public partial record Summary(int Words, int Different);
// </contract>

// <handler>
internal sealed class Words(DaemonContext context) : IWords
{
    private readonly SortedSet<string> _words = [];               // the warmth: it lives as long as the daemon

    public async Task<Summary> ReadAsync(string file, CancellationToken cancellationToken)
    {
        context.Status.Report($"Reading {file}");                 // everybody who watches sees it
        string text = await File.ReadAllTextAsync(file, cancellationToken);
        string[] found = text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        _words.UnionWith(found);
        return new Summary(found.Length, _words.Count);
    }

    public IAsyncEnumerable<string> StartingWithAsync(string prefix, CancellationToken cancellationToken) =>
        _words.Where(word => word.StartsWith(prefix, StringComparison.Ordinal)).ToAsyncEnumerable();
}
// </handler>
