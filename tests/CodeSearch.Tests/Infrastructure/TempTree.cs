using System.Text;
using CodeSearch.Platform;

namespace CodeSearch.Tests.Infrastructure;

/// <summary>A directory of a test's own, gone when the test ends.</summary>
internal sealed class TempTree : IDisposable
{
    public TempTree() => Root = RealPath.Of(Directory.CreateTempSubdirectory("cs-").FullName);

    /// <summary>The directory, without symbolic links in its path.</summary>
    public string Root { get; }

    public string PathOf(string relativePath) => Path.Combine(Root, relativePath);

    public TempTree Write(string relativePath, string text) => Write(relativePath, Encoding.UTF8.GetBytes(text));

    public TempTree Write(string relativePath, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(relativePath))!);
        File.WriteAllBytes(PathOf(relativePath), content);
        return this;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
