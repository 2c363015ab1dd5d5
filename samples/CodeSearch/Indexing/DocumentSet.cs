using System.Numerics;

namespace CodeSearch.Indexing;

/// <summary>A set of document numbers, one bit each.</summary>
internal sealed class DocumentSet(int capacity)
{
    private readonly ulong[] _words = new ulong[(capacity + 63) / 64];

    public void Add(int document) => _words[document >> 6] |= 1UL << (document & 63);

    public void UnionWith(DocumentSet other)
    {
        for (int i = 0; i < _words.Length; i++)
        {
            _words[i] |= other._words[i];
        }
    }

    public void IntersectWith(DocumentSet other)
    {
        for (int i = 0; i < _words.Length; i++)
        {
            _words[i] &= other._words[i];
        }
    }

    public IEnumerable<int> Items()
    {
        for (int i = 0; i < _words.Length; i++)
        {
            for (ulong rest = _words[i]; rest != 0; rest &= rest - 1)
            {
                yield return (i << 6) + BitOperations.TrailingZeroCount(rest);
            }
        }
    }
}
