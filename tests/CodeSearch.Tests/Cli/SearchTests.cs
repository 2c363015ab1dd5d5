using CodeSearch.Tests.Infrastructure;

namespace CodeSearch.Tests.Cli;

public sealed class SearchTests
{
    [Fact]
    public async Task Hits_are_printed_as_grep_prints_them()
    {
        Tool.Require("grep");
        await using ToolWorld world = new();
        world.Tree.Write("sub/a b.txt", "one\r\nneedle é\r\nneedle").Write("b:1", "needle\n");

        ToolResult result = await world.RunAsync("search", "needle");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            Tool.Lines(world.Tree.Root, "grep", "-rn", "needle").Order(StringComparer.Ordinal),
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.EndsWith("(daemon started)\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_search_uses_the_daemon_of_the_first_and_sees_what_changed()
    {
        await using ToolWorld world = new();
        world.Tree.Write("a", "needle\n").Write("b", "needle\n");
        await world.RunAsync("search", "needle");
        File.Delete(world.Tree.PathOf("a"));
        world.Tree.Write("c", "needle\n");

        ToolResult result = await world.RunAsync("search", "needle");

        Assert.Equal("b:1:needle\nc:1:needle\n", result.Output);
        Assert.StartsWith("2 hits in ", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith("(daemon reused)\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_path_to_a_directory_finds_the_same_daemon()
    {
        await using ToolWorld world = new();
        world.Tree.Write("sub/a", "needle\n");
        Directory.CreateSymbolicLink(world.Tree.PathOf("link"), "sub");

        await world.RunAsync("search", "needle", "sub");
        ToolResult result = await world.RunAsync("search", "needle", "./link/");

        Assert.Equal("a:1:needle\n", result.Output);
        Assert.EndsWith("(daemon reused)\n", result.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await world.RunAsync("stop", "sub")).ExitCode);
    }

    [Theory]
    [InlineData(1, "", "search", "-q", "nowhere")]
    [InlineData(0, "a\n", "search", "-q", "-l", "needle")]
    [InlineData(0, "a:2:x.y\n", "search", "-q", "-F", "x.y")]
    [InlineData(0, "a:1:Needle\n", "search", "-q", "-i", "NEEDLE")]
    [InlineData(0, "a:3:-dash\n", "search", "-q", "--", "-dash")]
    public async Task Options_and_exit_codes_are_those_of_grep(int exitCode, string output, params string[] arguments)
    {
        await using ToolWorld world = new();
        world.Tree.Write("a", "Needle\nx.y\n-dash\nneedle").Write("a", arguments.Contains("-l") ? "needle" : "Needle\nx.y\n-dash\n");

        ToolResult result = await world.RunAsync(arguments);

        Assert.Equal(new ToolResult(exitCode, output, ""), result);
    }

    [Theory]
    [InlineData("codesearch: Not a regular expression. Invalid pattern 'a(b' at offset 3. Not enough )'s.\n", "search", "a(b")]
    [InlineData("codesearch: nowhere: No such file or directory\n", "search", "a", "nowhere")]
    [InlineData("codesearch: file: Not a directory\n", "search", "a", "file")]
    public async Task What_cannot_be_done_is_said_in_a_sentence(string sentence, params string[] arguments)
    {
        await using ToolWorld world = new();
        world.Tree.Write("file", "");

        ToolResult result = await world.RunAsync(arguments);

        Assert.Equal(new ToolResult(2, "", sentence), result);
        Assert.Null(await world.FindDaemonAsync());
    }

    [Fact]
    public async Task Expression_that_takes_too_long_is_said_with_the_file_and_the_line()
    {
        await using ToolWorld world = new();
        world.Tree.Write("sub/a", $"short\n{new string('a', 100)}b\n");

        ToolResult result = await world.RunAsync("search", "-q", "(?=a)(a|aa)+$");

        Assert.Equal(new ToolResult(2, "", "codesearch: sub/a: The expression takes too long on line 2\n"), result);
        Assert.Equal(0, (await world.RunAsync("search", "-q", "short")).ExitCode);
    }

    [Fact]
    public async Task Missing_argument_is_an_error_and_not_a_search_without_hits()
    {
        await using ToolWorld world = new();

        Assert.Equal(2, (await world.RunAsync("search")).ExitCode);
    }

    [Fact]
    public async Task Unreadable_file_is_named_and_the_others_are_searched()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "The superuser may read every file.");
        await using ToolWorld world = new();
        world.Tree.Write("open", "needle\n").Write("sub/secret", "needle\n");
        File.SetUnixFileMode(world.Tree.PathOf("sub/secret"), UnixFileMode.None);

        ToolResult result = await world.RunAsync("search", "-q", "needle");

        Assert.Equal(new ToolResult(2, "open:1:needle\n", "codesearch: sub/secret: Permission denied\n"), result);
    }

    [Fact]
    public async Task Thousands_of_hits_arrive_whole_and_in_order()
    {
        await using ToolWorld world = new();
        world.Tree.Write("big", string.Concat(Enumerable.Range(1, 50_000).Select(i => $"needle {i}\n")));

        ToolResult result = await world.RunAsync("search", "-q", "needle");

        Assert.Equal(string.Concat(Enumerable.Range(1, 50_000).Select(i => $"big:{i}:needle {i}\n")), result.Output);
    }
}
