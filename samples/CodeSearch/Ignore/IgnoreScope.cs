namespace CodeSearch.Ignore;

/// <summary>The .gitignore files that apply in a directory: its own first, then its parent's, and so on.</summary>
/// <param name="file">The rules that are asked first.</param>
/// <param name="baseLength">How many bytes of an absolute path lead to the directory of <paramref name="file"/>, with the slash.</param>
/// <param name="outer">The rules that are asked when <paramref name="file"/> says nothing.</param>
internal sealed class IgnoreScope(IgnoreFile file, int baseLength, IgnoreScope? outer)
{
    /// <summary>Whether an entry is ignored, provided that none of its parents is.</summary>
    /// <param name="path">The absolute path, in UTF-8.</param>
    /// <param name="isDirectory">Whether the entry is a directory.</param>
    public bool Ignores(ReadOnlySpan<byte> path, bool isDirectory)
    {
        for (IgnoreScope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.File.Ignores(path[scope.BaseLength..], isDirectory) is { } decision)
            {
                return decision;
            }
        }

        return false;
    }

    private IgnoreFile File => file;

    private int BaseLength => baseLength;

    private IgnoreScope? Outer => outer;
}
