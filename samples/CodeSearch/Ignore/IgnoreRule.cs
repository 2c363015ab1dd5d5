namespace CodeSearch.Ignore;

/// <summary>One line of a .gitignore file.</summary>
internal sealed class IgnoreRule
{
    private readonly byte[] _pattern;

    /// <summary>How much of the pattern, from its start, is free of wildcards.</summary>
    private readonly int _prefixLength;

    private readonly bool _isForDirectories;

    /// <summary>Whether the pattern holds a slash, and so is compared with the whole path, from the file's directory.</summary>
    private readonly bool _isAnchored;

    private IgnoreRule(ReadOnlySpan<byte> pattern, bool includesAgain, bool isForDirectories)
    {
        _isAnchored = pattern.Contains((byte)'/');
        _pattern = pattern.StartsWith("/"u8) ? pattern[1..].ToArray() : pattern.ToArray();
        int wildcard = _pattern.AsSpan().IndexOfAny("*?[\\"u8);
        _prefixLength = wildcard < 0 ? _pattern.Length : wildcard;
        _isForDirectories = isForDirectories;
        IncludesAgain = includesAgain;
    }

    /// <summary>Whether the rule began with <c>!</c>: what it matches is not ignored.</summary>
    public bool IncludesAgain { get; }

    /// <summary>Reads a line without its end. Null for an empty line and a comment.</summary>
    public static IgnoreRule? Parse(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] == '#')
        {
            return null;
        }

        line = WithoutTrailingSpaces(line);
        bool includesAgain = line.StartsWith("!"u8);
        if (includesAgain)
        {
            line = line[1..];
        }

        bool isForDirectories = line.EndsWith("/"u8);
        if (isForDirectories)
        {
            line = line[..^1];
        }

        return line.IsEmpty ? null : new IgnoreRule(line, includesAgain, isForDirectories);
    }

    /// <summary>Whether the rule speaks about an entry.</summary>
    /// <param name="path">The path in UTF-8, relative to the directory of the .gitignore file.</param>
    /// <param name="isDirectory">Whether the entry is a directory.</param>
    public bool Matches(ReadOnlySpan<byte> path, bool isDirectory)
    {
        if (_isForDirectories && !isDirectory)
        {
            return false;
        }

        ReadOnlySpan<byte> subject = _isAnchored ? path : path[(path.LastIndexOf((byte)'/') + 1)..];
        if (_prefixLength == _pattern.Length)
        {
            return subject.SequenceEqual(_pattern);
        }

        // As in git, the prefix is not part of what is matched: "a**/b" therefore crosses directories, though by the
        // book its stars would have to stand beside a slash.
        return subject.StartsWith(_pattern.AsSpan(0, _prefixLength))
            && Wildmatch.IsMatch(_pattern.AsSpan(_prefixLength), subject[_prefixLength..]);
    }

    // A space that is escaped stays, and so do those before it.
    private static ReadOnlySpan<byte> WithoutTrailingSpaces(ReadOnlySpan<byte> line)
    {
        int end = 0;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\')
            {
                i++;
                end = Math.Min(i + 1, line.Length);
            }
            else if (line[i] != ' ')
            {
                end = i + 1;
            }
        }

        return line[..end];
    }
}
