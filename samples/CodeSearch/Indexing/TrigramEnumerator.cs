namespace CodeSearch.Indexing;

/// <summary>Goes through the trigrams of a text, folding it on the way.</summary>
internal ref struct TrigramEnumerator(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _position;
    private int _length;

    public int Current { get; private set; }

    public readonly TrigramEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_position < _text.Length)
        {
            byte value = _text[_position++];
            if (value == '\n')
            {
                _length = 0;
                continue;
            }

            if (value is >= (byte)'A' and <= (byte)'Z')
            {
                value |= 0x20;
            }
            else if (value == 0xE2 && _text[_position..].StartsWith("\u212A"u8[1..]))
            {
                value = (byte)'k';
                _position += 2;
            }

            Current = ((Current << 8) | value) & (Trigram.Count - 1);
            if (++_length >= 3)
            {
                return true;
            }
        }

        return false;
    }
}
