namespace CodeSearch.Query;

/// <summary>What an opening parenthesis begins.</summary>
internal enum PatternGroupKind
{
    /// <summary>A part of the text.</summary>
    Text,

    /// <summary>A look ahead or behind.</summary>
    Look,

    /// <summary>Options for what follows, such as <c>(?i)</c>. Already closed.</summary>
    OptionsOnly,
}

/// <summary>Reads the beginning of a group.</summary>
internal static class PatternGroup
{
    /// <summary>Reads up to where the group's content begins.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="position">After the parenthesis; afterwards at the content.</param>
    /// <param name="ignoreCase">Set when the group says so.</param>
    /// <exception cref="NotUnderstoodException">It is a condition, a comment, or something rarer.</exception>
    public static PatternGroupKind Read(string pattern, ref int position, ref bool ignoreCase)
    {
        ReadOnlySpan<char> rest = pattern.AsSpan(position);
        if (!rest.StartsWith("?"))
        {
            return PatternGroupKind.Text;
        }

        if (rest.StartsWith("?:") || rest.StartsWith("?>"))
        {
            position += 2;
            return PatternGroupKind.Text;
        }

        if (rest.StartsWith("?=") || rest.StartsWith("?!"))
        {
            position += 2;
            return PatternGroupKind.Look;
        }

        if (rest.StartsWith("?<=") || rest.StartsWith("?<!"))
        {
            position += 3;
            return PatternGroupKind.Look;
        }

        if (rest.StartsWith("?<") || rest.StartsWith("?'"))
        {
            int end = pattern.IndexOf(rest[1] == '<' ? '>' : '\'', position + 2);
            position = end < 0 ? throw new NotUnderstoodException() : end + 1;
            return PatternGroupKind.Text;
        }

        position++;
        return ReadOptions(pattern, ref position, ref ignoreCase);
    }

    private static PatternGroupKind ReadOptions(string pattern, ref int position, ref bool ignoreCase)
    {
        bool value = true;
        for (; position < pattern.Length; position++)
        {
            switch (pattern[position])
            {
                case '-':
                    value = false;
                    break;
                case '+':
                    value = true;
                    break;
                case 'i' or 'I':
                    ignoreCase = value;
                    break;
                case 'm' or 'M' or 's' or 'S' or 'n' or 'N':
                    break;
                case ':':
                    position++;
                    return PatternGroupKind.Text;
                case ')':
                    position++;
                    return PatternGroupKind.OptionsOnly;
                default:
                    // With "x", blanks and comments no longer mean themselves; "(?(" and "(?#" are not read either.
                    throw new NotUnderstoodException();
            }
        }

        throw new NotUnderstoodException();
    }
}
