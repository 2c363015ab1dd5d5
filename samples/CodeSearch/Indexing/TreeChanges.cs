using System.Globalization;
using CodeSearch.Contract;
using CodeSearch.Platform;

namespace CodeSearch.Indexing;

/// <summary>Compares what a walk meets with what the index knows.</summary>
/// <param name="known">The files of the index, by path. Those that did not change are marked with the walk's number.</param>
/// <param name="walk">The number of the walk.</param>
/// <param name="progress">Is told how many files were met.</param>
internal sealed class TreeChanges(Dictionary<string, IndexedFile> known, int walk, IProgressReport progress) : ITreeVisitor
{
    private readonly Dictionary<string, IndexedFile>.AlternateLookup<ReadOnlySpan<char>> _known =
        known.GetAlternateLookup<ReadOnlySpan<char>>();

    private int _count;

    /// <summary>The files that are new, changed, or too young to tell.</summary>
    public List<(string Path, FileStamp Stamp)> ToRead { get; } = [];

    /// <summary>The directories and .gitignore files that could not be read.</summary>
    public List<FileHits> Problems { get; } = [];

    public void File(ReadOnlySpan<char> path, in FileStamp stamp)
    {
        const int ReportEvery = 1000;
        if (++_count % ReportEvery == 0)
        {
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"Looking for changes: {_count:N0} files"));
        }

        if (_known.TryGetValue(path, out IndexedFile? file) && file.IsSettled && file.Stamp == stamp)
        {
            file.Walk = walk;
        }
        else
        {
            ToRead.Add((path.ToString(), stamp));
        }
    }

    public void Problem(string path, string message) => Problems.Add(new FileHits(path, [], [], message));
}
