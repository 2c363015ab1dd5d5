using CodeSearch.Contract;
using CodeSearch.Query;

namespace CodeSearch.Indexing;

/// <summary>The index of one directory tree: which files there are and which trigrams they hold.</summary>
/// <remarks>
/// Contents stay on disk. One task at a time: the daemon sees to that. A refresh that was cancelled leaves what it has
/// read, and the next one goes on from there.
/// </remarks>
/// <param name="root">The directory: an absolute path without symbolic links.</param>
internal sealed class CodeIndex(string root)
{
    private readonly Dictionary<string, IndexedFile> _files = [];
    private readonly List<IndexedFile?> _documents = [];
    private readonly TreeWalker _walker = new(root);
    private readonly List<FileHits> _problems = [];
    private TrigramIndex _trigrams = new();
    private int _walk;

    public string Root => root;

    /// <summary>What could not be read, as of the last refresh.</summary>
    public IEnumerable<FileHits> Problems => _problems.Concat(
        _files.Values
            .Where(file => file.Problem is not null)
            .Select(file => new FileHits(file.Path, [], [], file.Problem))
            .OrderBy(problem => problem.Path, StringComparer.Ordinal));

    /// <summary>Reads what is new or changed, and forgets what has gone.</summary>
    public IndexSummary Refresh(IProgressReport progress, CancellationToken cancellationToken)
    {
        _walk++;
        TreeChanges changes = new(_files, _walk, progress);
        _walker.Walk(changes, cancellationToken);
        _problems.Clear();
        _problems.AddRange(changes.Problems);
        int removed = Remove(changes);
        FileIndexer indexer = new(root, Put, progress);
        indexer.Index(changes.ToRead, cancellationToken);
        DropDeletedDocuments();
        return Summarise(changes.ToRead.Count, removed);
    }

    /// <summary>The files that may hold a hit, in the order of their paths.</summary>
    public IReadOnlyList<IndexedFile> Candidates(TrigramQuery query)
    {
        IEnumerable<IndexedFile?> files = query.Evaluate(_trigrams) is { } documents
            ? documents.Items().Select(document => _documents[document])
            : _documents;
        List<IndexedFile> candidates = [.. files.OfType<IndexedFile>()];
        candidates.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return candidates;
    }

    private void Put(IndexedFile file, ReadOnlySpan<int> trigrams)
    {
        Forget(file.Path);
        file.Walk = _walk;
        if (file.Content == FileContent.Text)
        {
            file.Document = _trigrams.Add(trigrams);
            _documents.Add(file);
        }

        _files.Add(file.Path, file);
    }

    private void Forget(string path)
    {
        if (_files.Remove(path, out IndexedFile? file) && file.Document >= 0)
        {
            _documents[file.Document] = null;
        }
    }

    private int Remove(TreeChanges changes)
    {
        // A file below a directory that cannot be read now was not met either: what cannot be listed cannot be searched.
        HashSet<string> toRead = [.. changes.ToRead.Select(file => file.Path)];
        List<string> gone = [.. _files.Values.Where(file => file.Walk != _walk && !toRead.Contains(file.Path)).Select(file => file.Path)];
        gone.ForEach(Forget);
        return gone.Count;
    }

    // Numbers are never used twice, so a tree that changes all day would grow the index without end.
    private void DropDeletedDocuments()
    {
        const int Few = 1000;
        int living = _documents.Count(file => file is not null);
        if (_documents.Count - living <= Math.Max(Few, living))
        {
            return;
        }

        int[] newNumbers = new int[_documents.Count];
        int next = 0;
        for (int document = 0; document < newNumbers.Length; document++)
        {
            newNumbers[document] = _documents[document] is null ? -1 : next++;
        }

        _trigrams = _trigrams.Renumber(newNumbers);
        _documents.RemoveAll(file => file is null);
        for (int document = 0; document < _documents.Count; document++)
        {
            _documents[document]!.Document = document;
        }
    }

    private IndexSummary Summarise(int read, int removed) => new(
        _files.Values.Count(file => file.Content == FileContent.Text),
        _files.Values.Count(file => file.Content == FileContent.Binary),
        _files.Values.Where(file => file.Content == FileContent.Text).Sum(file => file.Stamp.Size),
        read,
        removed,
        _trigrams.Bytes,
        [.. Problems]);
}
