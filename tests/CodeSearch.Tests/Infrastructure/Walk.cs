using CodeSearch.Indexing;
using CodeSearch.Platform;

namespace CodeSearch.Tests.Infrastructure;

/// <summary>Collects what a walk through a tree meets.</summary>
internal sealed class Walk : ITreeVisitor
{
    private readonly List<string> _files = [];

    /// <summary>The files that are not ignored, sorted.</summary>
    public static string[] FilesOf(string root)
    {
        Walk walk = new();
        new TreeWalker(root).Walk(walk, CancellationToken.None);
        return [.. walk._files.Order(StringComparer.Ordinal)];
    }

    public void File(ReadOnlySpan<char> path, in FileStamp stamp) => _files.Add(path.ToString());

    public void Problem(string path, string message) => Assert.Fail($"{path}: {message}");
}
