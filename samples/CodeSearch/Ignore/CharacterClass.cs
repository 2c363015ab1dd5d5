namespace CodeSearch.Ignore;

/// <summary>The classes such as <c>[:alpha:]</c> that a bracket may name. Bytes beyond ASCII belong to none.</summary>
internal static class CharacterClass
{
    /// <summary>Whether a byte belongs to a class; null when there is no class of that name.</summary>
    public static bool? Contains(ReadOnlySpan<byte> name, byte value)
    {
        char character = (char)value;
        return name switch
        {
            _ when name.SequenceEqual("alnum"u8) => char.IsAsciiLetterOrDigit(character),
            _ when name.SequenceEqual("alpha"u8) => char.IsAsciiLetter(character),
            _ when name.SequenceEqual("blank"u8) => character is ' ' or '\t',
            _ when name.SequenceEqual("cntrl"u8) => value is < 0x20 or 0x7f,
            _ when name.SequenceEqual("digit"u8) => char.IsAsciiDigit(character),
            _ when name.SequenceEqual("graph"u8) => value is > 0x20 and < 0x7f,
            _ when name.SequenceEqual("lower"u8) => char.IsAsciiLetterLower(character),
            _ when name.SequenceEqual("print"u8) => value is >= 0x20 and < 0x7f,
            _ when name.SequenceEqual("punct"u8) => value is > 0x20 and < 0x7f && !char.IsAsciiLetterOrDigit(character),
            _ when name.SequenceEqual("space"u8) => character is ' ' or (>= '\t' and <= '\r'),
            _ when name.SequenceEqual("upper"u8) => char.IsAsciiLetterUpper(character),
            _ when name.SequenceEqual("xdigit"u8) => char.IsAsciiHexDigit(character),
            _ => null,
        };
    }
}
