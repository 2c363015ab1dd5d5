namespace CodeSearch.Indexing;

/// <summary>Three bytes in a row, after folding: what the index knows of a file.</summary>
/// <remarks>
/// Folding makes one index serve searches with and without regard to case: ASCII letters become lower-case, and so does
/// the Kelvin sign, the only other character that equals an ASCII letter when case is ignored. Text and query are folded
/// alike, so that a text that contains the query's literal also contains its trigrams.
/// </remarks>
internal static class Trigram
{
    /// <summary>How many different trigrams there can be.</summary>
    public const int Count = 1 << 24;

    public const char KelvinSign = '\u212A';

    /// <summary>Whether a character equals no character but those that fold to the same bytes, when case is ignored.</summary>
    public static bool FoldsWhenCaseIsIgnored(char character) => char.IsAscii(character) || character == KelvinSign;

    /// <summary>The trigrams of a text, as often as they come. None spans the end of a line, because no hit does.</summary>
    public static TrigramEnumerator Of(ReadOnlySpan<byte> text) => new(text);
}
