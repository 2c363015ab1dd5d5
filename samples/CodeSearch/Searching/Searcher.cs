using System.Globalization;
using CodeSearch.Contract;
using CodeSearch.Indexing;
using CodeSearch.Platform;
using DaemonRpc;

namespace CodeSearch.Searching;

/// <summary>Reads the files that may hold a hit, several at a time, and yields their hits in the order of the paths.</summary>
internal sealed class Searcher(CodeIndex index, IProgressReport progress)
{
    /// <summary>How many files are searched before their hits are handed on.</summary>
    private const int BatchSize = 64;

    /// <summary>Refreshes the index and searches it: yields what could not be read, then the hits of some files at a time. The index may change in between.</summary>
    /// <exception cref="DaemonFaultException{PatternProblem}">The pattern is not a regular expression, or takes too long.</exception>
    public IEnumerable<IEnumerable<FileHits>> Search(SearchQuery query, CancellationToken cancellationToken)
    {
        SearchPattern pattern = SearchPattern.Compile(query);
        index.Refresh(progress, cancellationToken);
        IReadOnlyList<string> candidates = [.. index.Candidates(pattern.Plan.Files).Select(file => file.Path)];
        yield return [.. index.Problems];
        for (int start = 0; start < candidates.Count; start += BatchSize)
        {
            progress.Report(
                string.Create(CultureInfo.InvariantCulture, $"Searching {start:N0} of {candidates.Count:N0} files"),
                (double)start / candidates.Count);
            int count = Math.Min(BatchSize, candidates.Count - start);
            yield return SearchBatch(candidates, start, count, pattern, query.PathsOnly, cancellationToken).SelectMany(hits => hits);
        }
    }

    private IReadOnlyList<FileHits>[] SearchBatch(
        IReadOnlyList<string> files, int start, int count, SearchPattern pattern, bool pathsOnly, CancellationToken cancellationToken)
    {
        var results = new IReadOnlyList<FileHits>[count];
        ParallelOptions options = new() { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            Parallel.For(
                0,
                count,
                options,
                () => (Reader: new FileReader(), Matcher: pattern.Rent()),
                (i, _, worker) =>
                {
                    results[i] = SearchFile(files[start + i], worker.Reader, worker.Matcher, pattern, pathsOnly, cancellationToken);
                    return worker;
                },
                worker =>
                {
                    worker.Reader.Dispose();
                    pattern.Return(worker.Matcher);
                });
        }
        catch (AggregateException e)
        {
            // One reason is enough, and the first is the one to show.
            cancellationToken.ThrowIfCancellationRequested();
            throw e.InnerExceptions.OfType<DaemonFaultException<PatternProblem>>().FirstOrDefault() ?? e.InnerExceptions[0];
        }

        return results;
    }

    private IReadOnlyList<FileHits> SearchFile(
        string path, FileReader reader, ILineMatcher matcher, SearchPattern pattern, bool pathsOnly, CancellationToken cancellationToken)
    {
        HitsBuilder hits = new(path);
        try
        {
            if (reader.TryReadText(Path.Combine(index.Root, path), out ReadOnlySpan<byte> text))
            {
                new LineScanner(pattern.Plan.Literal, matcher, pathsOnly).Scan(text, hits, cancellationToken);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Gone since the walk.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            hits.AddProblem(Reason.Of(e));
        }
        catch (DaemonFaultException<PatternProblem> e)
        {
            throw (e.Fault with { Path = path }).ToException();
        }

        return hits.Build();
    }
}
