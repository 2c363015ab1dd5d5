using System.Text;
using CodeSearch.Query;

namespace CodeSearch.Tests.Query;

public sealed class QueryPlanTests
{
    [Theory]
    [InlineData("needle", "needle")]
    [InlineData("^needle$", "needle")]
    [InlineData("a.*needle", "needle")]
    [InlineData(@"\bvoid\s+Main\(", "Main(")]
    [InlineData("nee(dle)s", "needles")]
    [InlineData("needles?", "needle")]
    [InlineData("needle{0,3}xy", "needl")]
    [InlineData("x{y}z", "x{y}z")]
    [InlineData(@"\x41\u00e9\.", "Aé.")]
    [InlineData("(?i)needle", "")]
    [InlineData("one|two", "")]
    [InlineData("[ab]", "")]
    [InlineData("(?x)a b c", "")]
    [InlineData(@"(.)\1abc", "")]
    public void Literal_is_the_longest_that_every_hit_holds(string pattern, string literal) =>
        Assert.Equal(literal, Encoding.UTF8.GetString(QueryPlan.For(pattern, ignoreCase: false).Literal));

    [Theory]
    [InlineData("needle", true)]
    [InlineData("one|two", true)]
    [InlineData("(one|two)x*", true)]
    [InlineData("(one)+", true)]
    [InlineData("(?i)needle", true)]
    [InlineData("one|tw", false)]
    [InlineData("(one)*", false)]
    [InlineData("..", false)]
    [InlineData("(?=needle)", false)]
    [InlineData("(?#needle)", false)]
    [InlineData("", false)]
    [InlineData("n[-[e]]eedle", false)]
    public void Files_are_filtered_when_every_hit_holds_a_trigram(string pattern, bool filtered) =>
        Assert.Equal(filtered, QueryPlan.For(pattern, ignoreCase: false).Files != TrigramQuery.Everything);

    [Fact]
    public void Deep_nesting_is_searched_without_a_filter()
    {
        string pattern = new string('(', 5000) + "needle" + new string(')', 5000);

        Assert.Same(TrigramQuery.Everything, QueryPlan.For(pattern, ignoreCase: false).Files);
    }
}
