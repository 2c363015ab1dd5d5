using System.Globalization;

namespace CodeSearch.Query;

/// <summary>Reads what follows a backslash.</summary>
internal static class PatternEscape
{
    /// <summary>Reads one escape outside a character class.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="position">After the backslash; afterwards behind the escape.</param>
    /// <param name="ignoreCase">Whether case is ignored here.</param>
    /// <exception cref="NotUnderstoodException">It is a back reference, an octal number, or something rarer.</exception>
    public static PatternNode Read(string pattern, ref int position, bool ignoreCase)
    {
        if (position == pattern.Length)
        {
            throw new NotUnderstoodException();
        }

        char kind = pattern[position++];
        switch (kind)
        {
            case 'b' or 'B' or 'A' or 'Z' or 'z' or 'G':
                return PatternNode.Place;
            case 'd' or 'D' or 's' or 'S' or 'w' or 'W':
                return PatternNode.Unknown;
            case 'p' or 'P':
                SkipBraces(pattern, ref position);
                return PatternNode.Unknown;
            case 'x':
                return new CharacterNode(ReadHex(pattern, ref position, 2), ignoreCase);
            case 'u':
                return new CharacterNode(ReadHex(pattern, ref position, 4), ignoreCase);
            case 'a' or 'e' or 'f' or 'n' or 'r' or 't' or 'v':
                return new CharacterNode(Control(kind), ignoreCase);
            case '_' or (>= (char)0x80):
            case var _ when char.IsAsciiLetterOrDigit(kind):
                throw new NotUnderstoodException();
            default:
                return new CharacterNode(kind, ignoreCase);
        }
    }

    private static char Control(char letter) => letter switch
    {
        'a' => '\a',
        'e' => '\u001B',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => '\v',
    };

    private static void SkipBraces(string pattern, ref int position)
    {
        int end = pattern.IndexOf('}', position);
        if (end < 0)
        {
            throw new NotUnderstoodException();
        }

        position = end + 1;
    }

    private static char ReadHex(string pattern, ref int position, int digits)
    {
        if (pattern.Length - position < digits
            || !ushort.TryParse(pattern.AsSpan(position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value))
        {
            throw new NotUnderstoodException();
        }

        position += digits;
        return (char)value;
    }
}
