using System.Text;
using CodeSearch.Contract;
using CodeSearch.Tests.Infrastructure;

namespace CodeSearch.Tests.Searching;

/// <summary>The engine against <c>grep -rnI</c>. Its patterns are those that mean the same to both.</summary>
public sealed class GrepComparisonTests
{
    public static TheoryData<string, bool, bool> Queries => new()
    {
        { "needle", false, false },
        { "needle", false, true },
        { "", false, false },
        { "^", false, false },
        { "needle$", false, false },
        { "^needle", false, false },
        { "n(ee|oo)dle", false, false },
        { "ne+dle[0-9]?", false, false },
        { "naïve|é", false, false },
        { ".", false, false },
        { "^.{0,10}$", false, false },
        { "a.c", true, false },
        { "a.c", false, false },
        { "x{100,}", false, false },
        { "nowhere to be found", false, false },
        { "(public|internal) (static|sealed)", false, false },
        { "using System", false, true },
        { "[", true, false },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public void Nasty_tree_gives_the_lines_of_grep(string pattern, bool isLiteral, bool ignoreCase)
    {
        Tool.Require("grep");
        using TempTree tree = NastyTree.Create();

        AssertSameAsGrep(tree.Root, new SearchQuery(pattern, isLiteral, ignoreCase));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void This_repository_gives_the_lines_of_grep(string pattern, bool isLiteral, bool ignoreCase)
    {
        Tool.Require("grep");

        AssertSameAsGrep(Repository.Root, new SearchQuery(pattern, isLiteral, ignoreCase));
    }

    [Fact]
    public void Line_that_is_not_UTF8_is_a_hit_with_its_bytes_as_they_stand()
    {
        using TempTree tree = new();
        byte[] line = [.. "caf"u8, 0xe9, .. " needle"u8];
        tree.Write("latin1.txt", (byte[])[.. "first\n"u8, .. line, (byte)'\n']);
        Engine engine = new(tree.Root);

        FileHits hits = Assert.Single(engine.Items(new SearchQuery("caf. needle"), TestContext.Current.CancellationToken));

        Assert.Equal([2], hits.LineNumbers);
        Assert.Equal([.. line, (byte)'\n'], hits.Lines);
    }

    [Fact]
    public void Paths_only_names_each_file_once()
    {
        using TempTree tree = new TempTree().Write("b", "x\nx\n").Write("a", "x").Write("c", "y\n");

        Assert.Equal(["a", "b"], new Engine(tree.Root).Search(new SearchQuery("x", PathsOnly: true)));
    }

    private static void AssertSameAsGrep(string root, SearchQuery query)
    {
        // grep knows nothing of .gitignore, so it is given the files.
        string[] files = Walk.FilesOf(root);
        byte[] names = Encoding.UTF8.GetBytes(string.Join('\0', files));
        string syntax = query.IsLiteral ? "-F" : "-E";
        string[] options = query.IgnoreCase ? [syntax, "-i"] : [syntax];
        string output = Encoding.UTF8.GetString(
            Tool.Run(root, "xargs", ["-0", "grep", "-HnI", .. options, "-e", query.Pattern, "--"], names).Output);
        string[] expected = [.. output.Split('\n')[..^1].Order(StringComparer.Ordinal)];

        string[] actual = [.. new Engine(root).Search(query).Order(StringComparer.Ordinal)];

        Assert.Equal(expected, actual);
    }
}
