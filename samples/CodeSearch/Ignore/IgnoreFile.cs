namespace CodeSearch.Ignore;

/// <summary>The rules of one .gitignore file. The last rule that matches decides.</summary>
internal sealed class IgnoreFile
{
    private readonly List<IgnoreRule> _rules = [];

    /// <summary>The rules of a file that is not there.</summary>
    public static IgnoreFile Empty { get; } = Parse([]);

    public bool IsEmpty => _rules.Count == 0;

    public static IgnoreFile Parse(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("\uFEFF"u8))
        {
            content = content[3..];
        }

        IgnoreFile file = new();
        foreach (Range range in content.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = content[range];
            if (line.EndsWith("\r"u8))
            {
                line = line[..^1];
            }

            if (IgnoreRule.Parse(line) is { } rule)
            {
                file._rules.Add(rule);
            }
        }

        return file;
    }

    /// <summary>Whether an entry is ignored, or null when no rule speaks about it.</summary>
    /// <param name="path">The path in UTF-8, relative to the directory of this file.</param>
    /// <param name="isDirectory">Whether the entry is a directory.</param>
    public bool? Ignores(ReadOnlySpan<byte> path, bool isDirectory)
    {
        for (int i = _rules.Count - 1; i >= 0; i--)
        {
            if (_rules[i].Matches(path, isDirectory))
            {
                return !_rules[i].IncludesAgain;
            }
        }

        return null;
    }
}
