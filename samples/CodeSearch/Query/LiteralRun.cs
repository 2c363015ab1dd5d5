using System.Text;
using CodeSearch.Indexing;

namespace CodeSearch.Query;

/// <summary>Characters that stand next to each other in every hit.</summary>
internal sealed class LiteralRun
{
    private readonly StringBuilder _text = new();

    /// <summary>Whether case is ignored for any of the characters.</summary>
    public bool IgnoresCase { get; private set; }

    /// <summary>Appends a character, unless its bytes in a file are not known; then the run has to end.</summary>
    public bool TryAdd(CharacterNode character)
    {
        if (!IsKnown(character))
        {
            return false;
        }

        _text.Append(character.Value);
        IgnoresCase |= character.IgnoreCase;
        return true;
    }

    /// <summary>The bytes of the run, one array for each part whose bytes are known.</summary>
    public IEnumerable<byte[]> Parts()
    {
        // Bytes that are no UTF-8 are decoded as U+FFFD, which therefore stands for anything. A lone half of a surrogate
        // pair, read as U+FFFD here, matches a half of a whole one: its bytes say nothing either.
        List<byte> part = [];
        foreach (Rune rune in _text.ToString().EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                yield return [.. part];
                part.Clear();
                continue;
            }

            part.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
        }

        yield return [.. part];
    }

    private static bool IsKnown(CharacterNode character) =>
        !character.IgnoreCase || Trigram.FoldsWhenCaseIsIgnored(character.Value);
}
