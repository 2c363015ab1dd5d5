namespace CodeSearch.Ignore;

/// <summary>Reads a <c>[a-z]</c> of a .gitignore pattern and says whether a byte is in it.</summary>
internal static class BracketExpression
{
    /// <summary>Compares one byte. Null when the bracket is never closed or names an unknown class.</summary>
    /// <param name="pattern">The whole pattern.</param>
    /// <param name="at">Where the bracket opens; afterwards where it closes.</param>
    /// <param name="value">The byte to look for.</param>
    public static bool? Match(ReadOnlySpan<byte> pattern, ref int at, byte value)
    {
        int position = at + 1;
        bool negated = position < pattern.Length && pattern[position] is (byte)'!' or (byte)'^';
        if (negated)
        {
            position++;
        }

        bool found = false;
        int previous = -1;

        // The first member may be a closing bracket, hence the test at the end.
        do
        {
            if (position >= pattern.Length)
            {
                return null;
            }

            byte member = pattern[position];
            if (member == '-' && previous >= 0 && position + 1 < pattern.Length && pattern[position + 1] != ']')
            {
                position++;
                if (Unescape(pattern, ref position) is not { } last)
                {
                    return null;
                }

                found |= value >= previous && value <= last;
                previous = -1;
            }
            else if (member == '[' && position + 1 < pattern.Length && pattern[position + 1] == ':')
            {
                int end = pattern[(position + 2)..].IndexOf((byte)']');
                if (end < 0)
                {
                    return null;
                }

                if (end == 0 || pattern[position + 1 + end] != ':')
                {
                    // Not ":]" after all: the bracket and the colon are members.
                    found |= value == '[';
                    previous = '[';
                }
                else
                {
                    if (CharacterClass.Contains(pattern.Slice(position + 2, end - 1), value) is not { } inClass)
                    {
                        return null;
                    }

                    found |= inClass;
                    position += end + 2;
                    previous = -1;
                }
            }
            else
            {
                if (Unescape(pattern, ref position) is not { } single)
                {
                    return null;
                }

                found |= value == single;
                previous = single;
            }

            position++;
        }
        while (position >= pattern.Length || pattern[position] != ']');

        at = position;
        return found != negated;
    }

    private static byte? Unescape(ReadOnlySpan<byte> pattern, ref int position)
    {
        if (pattern[position] == '\\' && ++position >= pattern.Length)
        {
            return null;
        }

        return pattern[position];
    }
}
