using CodeSearch.Indexing;

namespace CodeSearch.Query;

/// <summary>How to find the files and lines that may match.</summary>
/// <param name="Files">Which files must be read.</param>
/// <param name="Literal">Bytes that every line with a hit holds, to find such lines quickly; empty when none are known.</param>
internal sealed record QueryPlan(TrigramQuery Files, byte[] Literal)
{
    /// <summary>A literal this short is found so often that looking for it first does not pay.</summary>
    private const int ShortestLiteral = 2;

    /// <summary>Plans a search for a regular expression.</summary>
    public static QueryPlan For(string pattern, bool ignoreCase)
    {
        PatternNode node = PatternParser.Parse(pattern, ignoreCase);
        return new QueryPlan(FilesFor(node), LongestLiteral(node));
    }

    /// <summary>Plans a search for plain text.</summary>
    public static QueryPlan ForLiteral(string text, bool ignoreCase)
    {
        PatternNode node = new SequenceNode([.. text.Select(character => new CharacterNode(character, ignoreCase))]);
        return new QueryPlan(FilesFor(node), LongestLiteral(node));
    }

    private static TrigramQuery FilesFor(PatternNode node) => node switch
    {
        ChoiceNode choice => TrigramQuery.Any([.. choice.Options.Select(FilesFor)]),
        RepeatedNode repeated => FilesFor(repeated.Item),
        SequenceNode or CharacterNode => TrigramQuery.All(
            RunsOf(node).SelectMany(run => run.Parts()).Select(FilesFor)
                .Concat(PartsOf(node).Where(part => part is ChoiceNode or RepeatedNode).Select(FilesFor))),
        _ => TrigramQuery.Everything,
    };

    private static TrigramQuery FilesFor(byte[] literal)
    {
        HashSet<int> trigrams = [];
        foreach (int trigram in Trigram.Of(literal))
        {
            trigrams.Add(trigram);
        }

        return TrigramQuery.Of(trigrams);
    }

    private static byte[] LongestLiteral(PatternNode node)
    {
        byte[]? longest = RunsOf(node).Where(run => !run.IgnoresCase).SelectMany(run => run.Parts()).MaxBy(part => part.Length);
        return longest?.Length >= ShortestLiteral ? longest : [];
    }

    // Groups that are nothing but a sequence are part of the sequence around them.
    private static IEnumerable<PatternNode> PartsOf(PatternNode node) =>
        node is SequenceNode sequence ? sequence.Items.SelectMany(PartsOf) : [node];

    private static IEnumerable<LiteralRun> RunsOf(PatternNode node)
    {
        LiteralRun run = new();
        foreach (PatternNode part in PartsOf(node))
        {
            if (part is PlaceNode || (part is CharacterNode character && run.TryAdd(character)))
            {
                continue;
            }

            yield return run;
            run = new LiteralRun();
        }

        yield return run;
    }
}
