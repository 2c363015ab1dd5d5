namespace DaemonRpc.Docs.Tests;

/// <summary>Where the pages' links lead.</summary>
public sealed class LinkTests
{
    public static TheoryData<string> Pages => [.. Repository.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Each_link_of_a_page_leads_to_a_file_and_a_heading(string page)
    {
        string[] faults = [.. Link.In(page).Select(static link => link.Fault()).OfType<string>()];

        // Not Assert.Empty, which cuts what it shows.
        Assert.True(faults.Length == 0, string.Join('\n', faults));
    }

    [Fact]
    public void Links_are_found() => Assert.True(Repository.Pages.Sum(static page => Link.In(page).Count()) > 50);

    [Fact]
    public void Each_page_is_in_a_table_of_contents()
    {
        string[] entries =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Folder, "docs"), "toc.yml", SearchOption.AllDirectories)
                .SelectMany(static toc => File.ReadLines(toc)
                    .Select(static line => line.Trim().TrimStart('-').Trim())
                    .Where(static line => line.StartsWith("href: ", StringComparison.Ordinal))
                    .Select(line => Path.GetRelativePath(Repository.Folder, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(toc)!, line["href: ".Length..]))))),
        ];

        Assert.Empty(Repository.Pages.Where(static page => page.StartsWith("docs/", StringComparison.Ordinal)).Except(entries));
    }
}
