using System.Runtime.CompilerServices;
using CodeSearch.Contract;
using CodeSearch.Indexing;
using CodeSearch.Searching;
using DaemonRpc;

namespace CodeSearch;

/// <summary>The warm half: lives in the daemon and keeps the index of one directory.</summary>
/// <remarks>The daemon runs one task at a time, and another one in between only where a search gives way, so nothing here is guarded against two.</remarks>
internal sealed class CodeSearchHandler(DaemonContext context) : ICodeSearch, IProgressReport
{
    private readonly CodeIndex _index = new(context.Instance);

    public Task<IndexSummary> IndexAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(_index.Refresh(this, cancellationToken));

    public async IAsyncEnumerable<FileHits> SearchAsync(SearchQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (IEnumerable<FileHits> batch in new Searcher(_index, this).Search(query, cancellationToken))
        {
            foreach (FileHits hits in batch)
            {
                yield return hits;
            }

            // The rest of the search needs only the paths that it has, so another one may change the index now.
            await context.YieldAsync(cancellationToken);
        }
    }

    void IProgressReport.Report(string message, double? fraction) => context.Status.Report(message, fraction);
}
