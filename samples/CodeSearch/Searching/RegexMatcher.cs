using System.Text;
using System.Text.RegularExpressions;

namespace CodeSearch.Searching;

/// <summary>Applies a regular expression to a line. Bytes that are not UTF-8 are, for the expression, U+FFFD.</summary>
internal sealed class RegexMatcher(Regex regex) : ILineMatcher
{
    private char[] _characters = new char[1024];

    public bool IsMatch(ReadOnlySpan<byte> line)
    {
        // UTF-8 never has fewer bytes than UTF-16 has characters.
        if (_characters.Length < line.Length)
        {
            _characters = new char[line.Length * 2L > Array.MaxLength ? line.Length : line.Length * 2];
        }

        int length = Encoding.UTF8.GetChars(line, _characters);
        return regex.IsMatch(_characters.AsSpan(0, length));
    }
}
