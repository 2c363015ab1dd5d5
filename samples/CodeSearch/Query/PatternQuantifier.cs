namespace CodeSearch.Query;

/// <summary>How often something may come.</summary>
/// <param name="IsOptional">Whether it may be missing.</param>
internal readonly record struct PatternQuantifier(bool IsOptional)
{
    /// <summary>Reads a quantifier and what makes it lazy. Null when there is none; a <c>{</c> may be just a character.</summary>
    public static PatternQuantifier? TryRead(string pattern, ref int position)
    {
        if (position == pattern.Length)
        {
            return null;
        }

        bool isOptional;
        switch (pattern[position])
        {
            case '*' or '?':
                isOptional = true;
                position++;
                break;
            case '+':
                isOptional = false;
                position++;
                break;
            case '{' when BracesEnd(pattern, position) is { } end:
                isOptional = MayBeZero(pattern.AsSpan(position + 1, end - position - 1));
                position = end + 1;
                break;
            default:
                return null;
        }

        if (position < pattern.Length && pattern[position] == '?')
        {
            position++;
        }

        return new PatternQuantifier(isOptional);
    }

    public PatternNode ApplyTo(PatternNode item) => IsOptional ? PatternNode.Unknown : new RepeatedNode(item);

    // "{3}", "{3,}" and "{3,5}" are quantifiers, anything else is not.
    private static int? BracesEnd(string pattern, int open)
    {
        int position = SkipDigits(pattern, open + 1);
        if (position == open + 1)
        {
            return null;
        }

        if (position < pattern.Length && pattern[position] == ',')
        {
            position = SkipDigits(pattern, position + 1);
        }

        return position < pattern.Length && pattern[position] == '}' ? position : null;
    }

    private static int SkipDigits(string pattern, int position)
    {
        while (position < pattern.Length && char.IsAsciiDigit(pattern[position]))
        {
            position++;
        }

        return position;
    }

    private static bool MayBeZero(ReadOnlySpan<char> braces)
    {
        int comma = braces.IndexOf(',');
        return !(comma < 0 ? braces : braces[..comma]).ContainsAnyExcept('0');
    }
}
