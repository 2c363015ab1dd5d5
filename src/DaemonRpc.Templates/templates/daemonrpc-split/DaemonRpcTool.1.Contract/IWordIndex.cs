using DaemonRpc;
using MemoryPack;

namespace DaemonRpcTool._1;

/// <summary>What the daemon does. The generator writes WordIndexClient and WordIndexDaemon from it.</summary>
[DaemonRpc("DAEMONRPC_ID")]
public partial interface IWordIndex
{
    /// <summary>Adds the words of a file to those that the daemon knows.</summary>
    Task<Summary> ReadAsync(string file, CancellationToken cancellationToken = default);

    /// <summary>Lists the known words that begin with a prefix.</summary>
    IAsyncEnumerable<string> StartingWithAsync(string prefix, CancellationToken cancellationToken = default);
}

/// <summary>How many words a file has, and how many different ones the daemon knows.</summary>
[MemoryPackable]
public partial record Summary(int Words, int Different);
