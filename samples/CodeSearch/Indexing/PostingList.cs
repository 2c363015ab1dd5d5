namespace CodeSearch.Indexing;

/// <summary>The documents that hold one trigram, in ascending order.</summary>
/// <remarks>
/// Most trigrams are rare, so the first document costs no array. Those that follow are stored as differences, seven bits
/// a byte, the lowest first; the top bit says that more follow.
/// </remarks>
internal struct PostingList
{
    private byte[]? _differences;
    private int _length;
    private int _first;
    private int _last;

    public int Count { get; private set; }

    /// <summary>How many bytes the list keeps beside itself.</summary>
    public readonly int ExtraBytes => _differences is null ? 0 : _differences.Length + 24;

    /// <summary>Appends a document, which must be greater than every one before.</summary>
    public void Add(int document)
    {
        if (Count++ == 0)
        {
            _first = document;
        }
        else
        {
            Append((uint)(document - _last));
        }

        _last = document;
    }

    public readonly void AddTo(DocumentSet set)
    {
        foreach (int document in this)
        {
            set.Add(document);
        }
    }

    public readonly Enumerator GetEnumerator() => new(this);

    private void Append(uint difference)
    {
        const int LongestDifference = 5;
        _differences ??= new byte[8];
        if (_differences.Length - _length < LongestDifference)
        {
            Array.Resize(ref _differences, _differences.Length + (_differences.Length / 2) + LongestDifference);
        }

        for (; difference >= 0x80; difference >>= 7)
        {
            _differences[_length++] = (byte)(difference | 0x80);
        }

        _differences[_length++] = (byte)difference;
    }

    internal struct Enumerator(PostingList list)
    {
        private int _position = -1;

        public int Current { get; private set; }

        public bool MoveNext()
        {
            if (_position < 0)
            {
                _position = 0;
                Current = list._first;
                return list.Count > 0;
            }

            if (_position == list._length)
            {
                return false;
            }

            uint difference = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = list._differences![_position++];
                difference |= (uint)(next & 0x7f) << shift;
                if (next < 0x80)
                {
                    Current += (int)difference;
                    return true;
                }
            }
        }
    }
}
