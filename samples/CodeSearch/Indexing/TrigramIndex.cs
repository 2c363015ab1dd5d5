using System.Runtime.InteropServices;

namespace CodeSearch.Indexing;

/// <summary>Says which documents hold a trigram. Documents are numbered; a number is never used twice.</summary>
/// <remarks>Adding is not for two threads at once; neither is adding while somebody reads.</remarks>
internal sealed class TrigramIndex
{
    private readonly Dictionary<int, PostingList> _postings = [];

    /// <summary>The number that the next document gets.</summary>
    public int DocumentCount { get; private set; }

    /// <summary>About how much memory the index takes.</summary>
    public long Bytes
    {
        get
        {
            // Key, list, hash code and link of an entry, and its share of the buckets.
            const int EntryBytes = 48;
            long bytes = (long)_postings.Count * EntryBytes;
            foreach (PostingList list in _postings.Values)
            {
                bytes += list.ExtraBytes;
            }

            return bytes;
        }
    }

    /// <summary>Adds a document by its trigrams and returns its number.</summary>
    public int Add(ReadOnlySpan<int> trigrams)
    {
        int document = DocumentCount++;
        foreach (int trigram in trigrams)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_postings, trigram, out _).Add(document);
        }

        return document;
    }

    /// <summary>How many documents, deleted ones included, hold a trigram.</summary>
    public int Frequency(int trigram) => _postings.TryGetValue(trigram, out PostingList list) ? list.Count : 0;

    /// <summary>The documents that hold a trigram, deleted ones included.</summary>
    public DocumentSet With(int trigram)
    {
        DocumentSet set = new(DocumentCount);
        if (_postings.TryGetValue(trigram, out PostingList list))
        {
            list.AddTo(set);
        }

        return set;
    }

    /// <summary>The same index without deleted documents.</summary>
    /// <param name="newNumbers">The new number for each old one, ascending, or -1 for a deleted document.</param>
    public TrigramIndex Renumber(ReadOnlySpan<int> newNumbers)
    {
        TrigramIndex result = new();
        foreach ((int trigram, PostingList old) in _postings)
        {
            PostingList kept = default;
            foreach (int document in old)
            {
                if (newNumbers[document] >= 0)
                {
                    kept.Add(newNumbers[document]);
                }
            }

            if (kept.Count > 0)
            {
                result._postings.Add(trigram, kept);
            }
        }

        foreach (int number in newNumbers)
        {
            result.DocumentCount += number >= 0 ? 1 : 0;
        }

        return result;
    }
}
