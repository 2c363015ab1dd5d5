namespace CodeSearch.Indexing;

/// <summary>Tells text from what nobody wants to see in a terminal.</summary>
internal static class BinaryDetector
{
    /// <summary>
    /// Whether a file is binary: it holds a NUL byte, anywhere. Bytes that are not UTF-8 do not make a file binary: old
    /// source code is full of them, and its lines are printed as they stand.
    /// </summary>
    public static bool IsBinary(ReadOnlySpan<byte> content) => content.Contains((byte)0);
}
