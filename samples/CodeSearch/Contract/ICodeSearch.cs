using DaemonRpc;

namespace CodeSearch.Contract;

/// <summary>Searches the directory that is this daemon's instance.</summary>
[DaemonRpc(DaemonId)]
public partial interface ICodeSearch
{
    /// <summary>What finds the daemons of this tool; the directory is the second key.</summary>
    const string DaemonId = "daemonrpc.samples.code-search";

    /// <summary>Reads what is new or changed since the last call, and everything the first time.</summary>
    Task<IndexSummary> IndexAsync(CancellationToken cancellationToken = default);

    /// <summary>The lines that match, file by file in the order of their paths, as they are found.</summary>
    /// <remarks>
    /// The index is brought up to date first. A file with very many hits comes in several items. A long search lets others that wait search in between.
    /// </remarks>
    [Fault(typeof(PatternProblem))]
    IAsyncEnumerable<FileHits> SearchAsync(SearchQuery query, CancellationToken cancellationToken = default);
}
