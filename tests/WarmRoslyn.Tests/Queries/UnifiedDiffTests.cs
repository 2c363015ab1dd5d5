using Microsoft.CodeAnalysis.Text;
using WarmRoslyn.Queries;

namespace WarmRoslyn.Tests.Queries;

public sealed class UnifiedDiffTests
{
    [Theory]
    [InlineData("a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n")]
    [InlineData("a\nb", "A\nB", "@@ -1,2 +1,2 @@\n-a\n-b\n\\ No newline at end of file\n+A\n+B\n\\ No newline at end of file\n")]
    [InlineData("a\r\nb\r\n", "a\r\nc\r\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n")]
    [InlineData("a\nb\nc\n", "a\nx\ny\nc\n", "@@ -1,3 +1,4 @@\n a\n-b\n+x\n+y\n c\n")]
    [InlineData("same\n", "same\n", "")]
    public void Hunks_are_those_of_diff(string before, string after, string hunks) =>
        Assert.Equal(hunks, UnifiedDiff.Hunks(SourceText.From(before), SourceText.From(after)));

    [Fact]
    public void Changes_far_apart_have_hunks_of_their_own()
    {
        string[] before = [.. Enumerable.Range(1, 20).Select(line => $"{line}\n")];
        string[] after = [.. before];
        (after[1], after[8], after[17]) = ("x\n", "y\n", "z\n");

        string hunks = UnifiedDiff.Hunks(SourceText.From(string.Concat(before)), SourceText.From(string.Concat(after)));

        Assert.Equal(["@@ -1,12 +1,12 @@", "@@ -15,6 +15,6 @@"], hunks.Split('\n').Where(line => line.StartsWith('@')));
    }
}
