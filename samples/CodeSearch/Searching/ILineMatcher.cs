namespace CodeSearch.Searching;

/// <summary>Says whether a line is a hit. Not for two threads at once.</summary>
internal interface ILineMatcher
{
    /// <param name="line">The bytes of the line, without its line feed.</param>
    bool IsMatch(ReadOnlySpan<byte> line);
}
