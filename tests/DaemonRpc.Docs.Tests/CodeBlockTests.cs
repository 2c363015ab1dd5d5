namespace DaemonRpc.Docs.Tests;

/// <summary>What the pages show as C# is compiled.</summary>
public sealed class CodeBlockTests
{
    /// <summary>
    /// Compiled elsewhere, or not ours: the pages of the diagnostics by <c>DocumentationTests</c>, which wants half of them wrong; the notes for
    /// MemoryPack and .NET show those libraries' code; the changelog is history.
    /// </summary>
    private static readonly string[] s_others = ["docs/diagnostics/", "docs/upstream/", "CHANGELOG.md"];

    public static TheoryData<string> Pages =>
    [
        .. Repository.Pages.Where(static page => !Array.Exists(s_others, other => page.StartsWith(other, StringComparison.Ordinal)) && CodeBlock.In(page).Any()),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Each_block_of_a_page_is_a_region_of_a_compiled_file(string page)
    {
        string[] faults =
        [
            .. CodeBlock.In(page)
                .Where(static block => !Array.Exists(Region.All, region => region.Text == block.Text))
                .Select(static block => $"{block.Page}({block.Line}) is in no compiled file:\n{block.Text}\nThe nearest is {Nearest(block)}"),
        ];

        Assert.True(faults.Length == 0, string.Join("\n\n", faults));
    }

    [Fact]
    public void Each_region_is_shown_by_a_page()
    {
        HashSet<string> shown = [.. Repository.Pages.SelectMany(CodeBlock.In).Select(static block => block.Text)];

        Assert.Empty(Region.All.Where(region => region.Name.Length > 0 && !shown.Contains(region.Text)).Select(static region => $"{region.File}: {region.Name}"));
    }

    [Fact]
    public void Readme_and_getting_started_show_code() =>
        Assert.All(["README.md", "docs/getting-started.md"], static page => Assert.NotEmpty(CodeBlock.In(page)));

    /// <summary>The region that has most of the block's lines, and the first line that it has not.</summary>
    private static string Nearest(CodeBlock block)
    {
        string[] lines = block.Text.Split('\n');
        Region nearest = Region.All.MaxBy(region => region.Text.Split('\n').Intersect(lines).Count())!;
        string? other = lines.FirstOrDefault(line => !nearest.Text.Split('\n').Contains(line));
        return $"{nearest.File} <{nearest.Name}>; {(other is null ? "lines are missing here" : $"this line is not there: {other}")}";
    }
}
