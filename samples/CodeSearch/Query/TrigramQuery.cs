using CodeSearch.Indexing;

namespace CodeSearch.Query;

/// <summary>Which trigrams a document must hold to be worth reading.</summary>
internal abstract class TrigramQuery
{
    /// <summary>Every document is worth reading.</summary>
    public static TrigramQuery Everything { get; } = new EverythingQuery();

    /// <summary>The documents in question, or null for all of them.</summary>
    public abstract DocumentSet? Evaluate(TrigramIndex index);

    /// <summary>All of these trigrams.</summary>
    public static TrigramQuery Of(IReadOnlyCollection<int> trigrams) =>
        trigrams.Count == 0 ? Everything : new TrigramsQuery([.. trigrams]);

    /// <summary>What every query of a list demands.</summary>
    public static TrigramQuery All(IEnumerable<TrigramQuery> queries)
    {
        TrigramQuery[] useful = [.. queries.Where(query => query != Everything)];
        return useful.Length switch
        {
            0 => Everything,
            1 => useful[0],
            _ => new AllQuery(useful),
        };
    }

    /// <summary>What at least one query of a list demands.</summary>
    public static TrigramQuery Any(IReadOnlyList<TrigramQuery> queries) =>
        queries.Contains(Everything) ? Everything : new AnyQuery(queries);

    private sealed class EverythingQuery : TrigramQuery
    {
        public override DocumentSet? Evaluate(TrigramIndex index) => null;
    }

    private sealed class TrigramsQuery(int[] trigrams) : TrigramQuery
    {
        public override DocumentSet Evaluate(TrigramIndex index)
        {
            // The rarest first, and not more than pay: the regular expression decides in the end.
            const int Enough = 16;
            int[] rarest = [.. trigrams.OrderBy(index.Frequency).Take(Enough)];
            DocumentSet documents = index.With(rarest[0]);
            foreach (int trigram in rarest.AsSpan(1))
            {
                documents.IntersectWith(index.With(trigram));
            }

            return documents;
        }
    }

    private sealed class AllQuery(TrigramQuery[] queries) : TrigramQuery
    {
        public override DocumentSet? Evaluate(TrigramIndex index)
        {
            DocumentSet? result = null;
            foreach (TrigramQuery query in queries)
            {
                DocumentSet? documents = query.Evaluate(index);
                if (result is null)
                {
                    result = documents;
                }
                else if (documents is not null)
                {
                    result.IntersectWith(documents);
                }
            }

            return result;
        }
    }

    private sealed class AnyQuery(IReadOnlyList<TrigramQuery> queries) : TrigramQuery
    {
        public override DocumentSet? Evaluate(TrigramIndex index)
        {
            DocumentSet result = new(index.DocumentCount);
            foreach (TrigramQuery query in queries)
            {
                if (query.Evaluate(index) is not { } documents)
                {
                    return null;
                }

                result.UnionWith(documents);
            }

            return result;
        }
    }
}
