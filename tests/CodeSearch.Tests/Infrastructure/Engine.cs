using System.Text;
using CodeSearch.Contract;
using CodeSearch.Indexing;
using CodeSearch.Searching;

namespace CodeSearch.Tests.Infrastructure;

/// <summary>The search engine of a daemon, without the daemon.</summary>
internal sealed class Engine(string root)
{
    private readonly CodeIndex _index = new(root);

    public IndexSummary Refresh(CancellationToken cancellationToken = default) => _index.Refresh(new Silence(), cancellationToken);

    /// <summary>The hits, in the form of <c>grep -rn</c>.</summary>
    public string[] Search(SearchQuery query) => [.. Items(query).SelectMany(Format)];

    public string[] Search(string pattern) => Search(new SearchQuery(pattern));

    public IEnumerable<FileHits> Items(SearchQuery query, CancellationToken cancellationToken = default) =>
        new Searcher(_index, new Silence()).Search(query, cancellationToken).SelectMany(batch => batch);

    private static IEnumerable<string> Format(FileHits item)
    {
        if (item.Problem is not null)
        {
            return [$"{item.Path}: {item.Problem}"];
        }

        string[] lines = Encoding.UTF8.GetString(item.Lines).Split('\n');
        return item.LineNumbers.Length == 0 ? [item.Path] : item.LineNumbers.Select((number, i) => $"{item.Path}:{number}:{lines[i]}");
    }

    private sealed class Silence : IProgressReport
    {
        public void Report(string message, double? fraction)
        {
        }
    }
}
