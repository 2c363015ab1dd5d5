using System.Globalization;
using CodeSearch.Platform;

namespace CodeSearch.Indexing;

/// <summary>Reads files on several threads and hands over their trigrams.</summary>
/// <param name="root">The directory that the paths are relative to.</param>
/// <param name="put">Takes a file and its trigrams; never called twice at once.</param>
/// <param name="progress">Is told how far it is.</param>
internal sealed class FileIndexer(string root, PutFile put, IProgressReport progress)
{
    private readonly Lock _gate = new();
    private int _done;

    /// <summary>Reads the files. When cancelled, each has either been handed over or not.</summary>
    public void Index(IReadOnlyList<(string Path, FileStamp Stamp)> files, CancellationToken cancellationToken)
    {
        if (files.Count == 0)
        {
            return;
        }

        ParallelOptions options = new()
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        Parallel.ForEach(
            files,
            options,
            static () => new Worker(),
            (file, _, worker) =>
            {
                Index(file.Path, file.Stamp, files.Count, worker);
                return worker;
            },
            static worker => worker.Dispose());
    }

    private void Index(string path, in FileStamp stamp, int total, Worker worker)
    {
        worker.Trigrams.Clear();
        long readAt = FileStamp.Now();
        FileContent content;
        string? problem = null;
        try
        {
            bool isText = worker.Reader.TryReadText(Path.Combine(root, path), out ReadOnlySpan<byte> text);
            content = isText ? FileContent.Text : FileContent.Binary;
            worker.Trigrams.AddAll(text);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Gone since the walk. An old entry of it goes with the next walk, and its reading finds nothing either.
            return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            content = FileContent.Unreadable;
            problem = Reason.Of(e);
        }

        IndexedFile file = new()
        {
            Path = path,
            Stamp = stamp,
            Content = content,
            Problem = problem,
            IsSettled = content != FileContent.Unreadable && stamp.IsSettled(readAt),
        };
        lock (_gate)
        {
            put(file, worker.Trigrams.Items);
            _done++;
            progress.Report(
                string.Create(CultureInfo.InvariantCulture, $"Indexing {_done:N0} of {total:N0}"),
                (double)_done / total);
        }
    }

    /// <summary>What one thread needs and keeps.</summary>
    private sealed class Worker : IDisposable
    {
        public FileReader Reader { get; } = new();

        public TrigramSet Trigrams { get; } = new();

        public void Dispose() => Reader.Dispose();
    }
}

/// <summary>Takes a file that was read, and its trigrams when it is text.</summary>
internal delegate void PutFile(IndexedFile file, ReadOnlySpan<int> trigrams);
