using CodeSearch.Contract;
using CodeSearch.Indexing;
using CodeSearch.Searching;
using DaemonRpc;

namespace CodeSearch;

/// <summary>The warm half: lives in the daemon and keeps the index of one directory.</summary>
/// <remarks>The daemon runs one task at a time, so nothing here is guarded against two.</remarks>
internal sealed class CodeSearchHandler(DaemonContext context) : ICodeSearch, IProgressReport
{
    private readonly CodeIndex _index = new(context.Instance);

    public Task<IndexSummary> IndexAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(_index.Refresh(this, cancellationToken));

    public IAsyncEnumerable<FileHits> SearchAsync(SearchQuery query, CancellationToken cancellationToken = default) =>
        new Searcher(_index, this).Search(query, cancellationToken).ToAsyncEnumerable();

    void IProgressReport.Report(string message, double? fraction) => context.Status.Report(message, fraction);
}
