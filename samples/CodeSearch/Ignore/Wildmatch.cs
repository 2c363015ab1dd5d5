namespace CodeSearch.Ignore;

/// <summary>Matches a path against one pattern of a .gitignore file, byte by byte as git does.</summary>
/// <remarks>
/// <c>*</c> and <c>?</c> stop at a slash. <c>**</c> between slashes, or at an end beside one, stands for any number of
/// directories; elsewhere it is a <c>*</c>. A backslash takes the next byte literally.
/// </remarks>
internal static class Wildmatch
{
    /// <summary>How a comparison ended. The last two spare the callers attempts that must fail too.</summary>
    private enum Outcome
    {
        Match,
        NoMatch,

        /// <summary>The text ended before the pattern did: no later start can help.</summary>
        TextEnded,

        /// <summary>A <c>*</c> met a slash: only an enclosing <c>**</c> can go on.</summary>
        StoppedAtSlash,
    }

    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text) =>
        Match(pattern, 0, text) == Outcome.Match;

    private static Outcome Match(ReadOnlySpan<byte> pattern, int at, ReadOnlySpan<byte> text)
    {
        int position = 0;
        for (; at < pattern.Length; at++, position++)
        {
            byte symbol = pattern[at];
            if (symbol == '*')
            {
                return MatchStar(pattern, at, text[position..]);
            }

            if (position == text.Length)
            {
                return Outcome.TextEnded;
            }

            byte current = text[position];
            bool fits;
            switch (symbol)
            {
                case (byte)'?':
                    fits = current != '/';
                    break;
                case (byte)'[':
                    if (BracketExpression.Match(pattern, ref at, current) is not { } inside)
                    {
                        return Outcome.TextEnded;
                    }

                    fits = inside && current != '/';
                    break;
                case (byte)'\\' when at + 1 < pattern.Length:
                    fits = pattern[++at] == current;
                    break;
                case (byte)'\\':
                    // A backslash at the end escapes nothing and matches nothing.
                    return Outcome.NoMatch;
                default:
                    fits = symbol == current;
                    break;
            }

            if (!fits)
            {
                return Outcome.NoMatch;
            }
        }

        return position == text.Length ? Outcome.Match : Outcome.NoMatch;
    }

    private static Outcome MatchStar(ReadOnlySpan<byte> pattern, int star, ReadOnlySpan<byte> text)
    {
        int after = star;
        while (after < pattern.Length && pattern[after] == '*')
        {
            after++;
        }

        bool crossesSlashes = after - star > 1 && IsWholeSegment(pattern, star, after);
        if (crossesSlashes && after < pattern.Length && pattern[after] == '/'
            && Match(pattern, after + 1, text) == Outcome.Match)
        {
            // "a/**/b" matches "a/b" too: the stars and one slash stand for nothing.
            return Outcome.Match;
        }

        if (after == pattern.Length)
        {
            return crossesSlashes || !text.Contains((byte)'/') ? Outcome.Match : Outcome.StoppedAtSlash;
        }

        for (int start = 0; start <= text.Length; start++)
        {
            Outcome outcome = Match(pattern, after, text[start..]);
            if (outcome != Outcome.NoMatch && !(crossesSlashes && outcome == Outcome.StoppedAtSlash))
            {
                return outcome;
            }

            if (!crossesSlashes && start < text.Length && text[start] == '/')
            {
                return Outcome.StoppedAtSlash;
            }
        }

        return Outcome.TextEnded;
    }

    private static bool IsWholeSegment(ReadOnlySpan<byte> pattern, int star, int after) =>
        (star == 0 || pattern[star - 1] == '/')
        && (after == pattern.Length || pattern[after] == '/' || (pattern[after] == '\\' && after + 1 < pattern.Length && pattern[after + 1] == '/'));
}
