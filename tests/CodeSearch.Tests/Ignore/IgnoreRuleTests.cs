using System.Text;
using CodeSearch.Ignore;

namespace CodeSearch.Tests.Ignore;

public sealed class IgnoreRuleTests
{
    [Theory]
    [InlineData("")]
    [InlineData("# a comment")]
    [InlineData("!")]
    [InlineData("/")]
    [InlineData("   ")]
    public void Line_without_a_pattern_is_no_rule(string line) => Assert.Null(Parse(line));

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "b/a", true)]
    [InlineData("/a", "a", true)]
    [InlineData("/a", "b/a", false)]
    [InlineData("b/a", "b/a", true)]
    [InlineData("b/a", "c/b/a", false)]
    [InlineData("*.o", "b/x.o", true)]
    [InlineData("b/*.o", "b/c/x.o", false)]
    [InlineData("b/**/x", "b/x", true)]
    [InlineData("b/**/x", "b/c/d/x", true)]
    [InlineData("**/x", "x", true)]
    [InlineData("**/x/y", "a/x/y", true)]
    [InlineData("b/**", "b/c/d", true)]
    [InlineData("b/**", "b", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "aéc", false)]
    [InlineData("a[b-d]c", "acc", true)]
    [InlineData("a[!b-d]c", "acc", false)]
    [InlineData("a[]]c", "a]c", true)]
    [InlineData("[[:digit:]]", "7", true)]
    [InlineData("\\#a", "#a", true)]
    [InlineData("\\!a", "!a", true)]
    [InlineData("a\\ ", "a ", true)]
    [InlineData("a  ", "a", true)]
    [InlineData("a*b*c", "aXbXbXc", true)]
    [InlineData("a*b*c", "aXbXbXd", false)]
    public void Pattern_matches_as_git_says(string line, string path, bool expected) =>
        Assert.Equal(expected, Parse(line)!.Matches(Encoding.UTF8.GetBytes(path), isDirectory: false));

    [Fact]
    public void Rule_that_ends_with_a_slash_is_for_directories()
    {
        IgnoreRule rule = Parse("bin/")!;

        Assert.True(rule.Matches("src/bin"u8, isDirectory: true));
        Assert.False(rule.Matches("src/bin"u8, isDirectory: false));
    }

    [Fact]
    public void Last_matching_rule_decides()
    {
        IgnoreFile file = IgnoreFile.Parse("*.log\r\n!keep.log\n"u8);

        Assert.True(file.Ignores("a.log"u8, isDirectory: false));
        Assert.False(file.Ignores("keep.log"u8, isDirectory: false));
        Assert.Null(file.Ignores("a.txt"u8, isDirectory: false));
    }

    private static IgnoreRule? Parse(string line) => IgnoreRule.Parse(Encoding.UTF8.GetBytes(line));
}
