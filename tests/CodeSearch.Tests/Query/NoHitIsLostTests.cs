using System.Text;
using System.Text.RegularExpressions;
using CodeSearch.Contract;
using CodeSearch.Indexing;
using CodeSearch.Searching;
using CsCheck;

namespace CodeSearch.Tests.Query;

/// <summary>Search through the trigram filter against a plain scan of every line.</summary>
public sealed class NoHitIsLostTests
{
    private static readonly Gen<string> s_atom = Gen.OneOf(
        "a", "b", "k", "K", "\u212A", "s", "ſ", "i", "é", "É", "ß", "😀", "\uD83D", "\uFFFD", " ", "ab", "abk", "kas", ".", "[ab]", "[^a]", "[]k]",
        @"\w", @"\d", @"\b", @"\.", @"\\", @"\x6b", @"\u212a", @"\u00e9", @"\n", @"\p{L}", "^", "$", "{", "}", "{2}", "a{,2}", "]",
        "(?i)", "(?-i)", "(?i:ak)", "(?-i:ak)", "(?x) a ", "(?=ab)", "(?!ab)", "(?<=a)", "(?<!a)", "(?#c)", "(?:ab|k)", "(?<n>ab)", "(?'n'ak)",
        @"\1", @"\k<n>", "(?>ab)", "(?s:.)", "(?n)", "[a-k-[b]]", "[[:a]", @"\011", @"\cA", "-", "#", "\t", "é+", "(?(a)ab|k)");

    private static readonly ThreadLocal<TrigramSet> s_trigrams = new(() => new TrigramSet());

    private static readonly Gen<string> s_quantifier = Gen.OneOf("", "", "", "", "*", "+", "?", "{0}", "{1}", "{2,}", "{0,2}", "+?", "*?", "{1,2}?");

    private static readonly Gen<string> s_piece = Gen.Select(s_atom, s_quantifier, (atom, quantifier) => atom + quantifier);

    private static readonly Gen<string> s_flat = s_piece.Array[0, 5].Select(string.Concat);

    private static readonly Gen<string> s_pattern = Gen.OneOf(
        s_flat,
        Gen.Select(s_flat, s_flat, (left, right) => $"{left}|{right}"),
        Gen.Select(s_flat, s_flat, s_flat, s_quantifier, (before, inside, after, quantifier) => $"{before}({inside}){quantifier}{after}"),
        Gen.Select(s_flat, s_flat, s_flat, s_flat, (before, left, right, after) => $"{before}(?:{left}|{right}){after}"));

    private static readonly Gen<string> s_pieceOfText = Gen.OneOf(
        "a", "b", "k", "K", "\u212A", "s", "S", "ſ", "i", "İ", "I", "ı", "é", "É", "ß", "😀", "\uFFFD", " ", "ab", "abk", "kas", "A", "B", ".", "\\", "{", "}", "]", "-", "#", "\t", "\n", "\r", "{2}", "12");

    private static readonly Gen<string> s_text = s_pieceOfText.Array[0, 30].Select(string.Concat);

    private static readonly Gen<byte[]> s_content = Gen.Select(
        s_text,
        Gen.OneOf(Gen.Const((byte[])[]), Gen.OneOf<byte[]>([0xff], [0xe2, 0x84], [0xaa], [0xe2, 0x84, 0xe2, 0x84, 0xaa], [0xc3], [0xed, 0xa0, 0xbd])),
        s_text,
        (before, broken, after) => (byte[])[.. Encoding.UTF8.GetBytes(before), .. broken, .. Encoding.UTF8.GetBytes(after)]);

    [Fact]
    public void Expression_finds_what_a_plain_scan_finds()
    {
        int valid = 0;
        int found = 0;
        Gen.Select(s_pattern, s_content.Array[1, 4], Gen.Bool).Sample(
            (pattern, contents, ignoreCase) =>
            {
                if (TryBuild(pattern, ignoreCase) is not { } regex)
                {
                    return;
                }

                int[] expected;
                try
                {
                    expected = [.. contents.Select(content => PlainScan(content, regex))];
                }
                catch (Exception e) when (e is RegexMatchTimeoutException or OverflowException)
                {
                    // An expression that nobody could wait for.
                    return;
                }

                int[] actual = Search(new SearchQuery(pattern, IsLiteral: false, ignoreCase), contents);

                Assert.Equal(expected, actual);
                Interlocked.Increment(ref valid);
                Interlocked.Add(ref found, expected.Sum());
            },
            iter: 10_000,
            threads: 2);

        // Otherwise the property holds because nothing was tried.
        Assert.True(valid > 2_500, $"Only {valid} patterns were valid.");
        Assert.True(found > 2_500, $"Only {found} lines were found.");
    }

    [Fact]
    public void Literal_finds_what_a_plain_scan_finds() =>
        Gen.Select(s_pieceOfText.Array[0, 4].Select(string.Concat), s_content.Array[1, 4], Gen.Bool).Sample(
            (text, contents, ignoreCase) =>
            {
                Regex regex = TryBuild(Regex.Escape(text), ignoreCase)!;
                if (text.Contains('\uFFFD', StringComparison.Ordinal))
                {
                    // As plain text it is the bytes of U+FFFD, as an expression every broken byte.
                    return;
                }

                int[] expected = [.. contents.Select(content => PlainScan(content, regex))];

                Assert.Equal(expected, Search(new SearchQuery(text, IsLiteral: true, ignoreCase), contents));
            },
            iter: 10_000,
            threads: 2);

    private static Regex? TryBuild(string pattern, bool ignoreCase)
    {
        RegexOptions options = RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        try
        {
            // The engines of .NET do not always agree: the one that backtracks misses ".x." with "(?i)[^a]+?\b".
            return new Regex(pattern, options | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, options, TimeSpan.FromMilliseconds(100));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static int PlainScan(byte[] content, Regex regex)
    {
        string[] lines = Encoding.UTF8.GetString(content).Split('\n');
        IEnumerable<string> real = lines[^1].Length == 0 ? lines.SkipLast(1) : lines;
        return real.Count(regex.IsMatch);
    }

    private static int[] Search(SearchQuery query, byte[][] contents)
    {
        SearchPattern pattern = SearchPattern.Compile(query);
        TrigramIndex index = new();
        TrigramSet set = s_trigrams.Value!;
        foreach (byte[] content in contents)
        {
            set.AddAll(content);
            index.Add(set.Items);
            set.Clear();
        }

        HashSet<int>? candidates = pattern.Plan.Files.Evaluate(index)?.Items().ToHashSet();
        return [.. contents.Select((content, i) => candidates?.Contains(i) == false ? 0 : Scan(pattern, content))];
    }

    private static int Scan(SearchPattern pattern, byte[] content)
    {
        HitsBuilder hits = new("file");
        new LineScanner(pattern.Plan.Literal, pattern.Rent(), pathsOnly: false).Scan(content, hits, CancellationToken.None);
        return hits.Build().Sum(item => item.LineNumbers.Length);
    }
}
