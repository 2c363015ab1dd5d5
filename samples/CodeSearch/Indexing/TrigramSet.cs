using System.Runtime.InteropServices;

namespace CodeSearch.Indexing;

/// <summary>The different trigrams of one text. Large, so it is cleared and used again. Not for two threads at once.</summary>
internal sealed class TrigramSet
{
    private readonly ulong[] _bits = new ulong[Trigram.Count / 64];
    private readonly List<int> _items = [];

    /// <summary>The trigrams, in the order in which they first came.</summary>
    public ReadOnlySpan<int> Items => CollectionsMarshal.AsSpan(_items);

    public void Add(int trigram)
    {
        ref ulong word = ref _bits[trigram >> 6];
        ulong bit = 1UL << (trigram & 63);
        if ((word & bit) == 0)
        {
            word |= bit;
            _items.Add(trigram);
        }
    }

    /// <summary>Adds every trigram of a text.</summary>
    public void AddAll(ReadOnlySpan<byte> text)
    {
        foreach (int trigram in Trigram.Of(text))
        {
            Add(trigram);
        }
    }

    /// <summary>Forgets the items, at a cost that goes with their number.</summary>
    public void Clear()
    {
        foreach (int trigram in _items)
        {
            _bits[trigram >> 6] = 0;
        }

        _items.Clear();
    }
}
