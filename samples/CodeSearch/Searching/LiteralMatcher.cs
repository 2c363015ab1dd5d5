namespace CodeSearch.Searching;

/// <summary>Finds plain text in a line.</summary>
internal sealed class LiteralMatcher(byte[] literal) : ILineMatcher
{
    public bool IsMatch(ReadOnlySpan<byte> line) => line.IndexOf(literal) >= 0;
}
