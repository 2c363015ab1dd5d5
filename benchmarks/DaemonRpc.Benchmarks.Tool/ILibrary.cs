using MemoryPack;

namespace DaemonRpc.Benchmarks.Tool;

/// <summary>As little as a daemon can do with records. A daemon of its own, so that the smallest stays small.</summary>
[DaemonRpc("daemonrpc.benchmarks.library")]
public partial interface ILibrary
{
    ValueTask<Findings> FindAsync(Query query);
}

/// <summary>What is looked for.</summary>
[MemoryPackable]
public partial record Query(string Text, string[] Folders);

/// <summary>What is found.</summary>
[MemoryPackable]
public partial record Findings(int Files, Hit[] Hits);

/// <summary>One place.</summary>
[MemoryPackable]
public partial record Hit(string Path, int[] Lines);

internal sealed class Library : ILibrary
{
    public ValueTask<Findings> FindAsync(Query query) => new(new Findings(1, [new Hit(query.Folders[0], [1, 2])]));
}
