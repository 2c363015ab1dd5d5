using System.Text;
using System.Text.RegularExpressions;
using CodeSearch.Indexing;

namespace CodeSearch.Tests.Indexing;

public sealed class TrigramTests
{
    [Fact]
    public void No_trigram_spans_a_line_end() => Assert.Equal(Of("abc").Concat(Of("def")), Of("abc\ndef\nx\ny"));

    [Theory]
    [InlineData("KEY", "key")]
    [InlineData("\u212AEY", "key")]
    public void Case_is_folded(string text, string same) => Assert.Equal(Of(same), Of(text));

    [Fact]
    public void Set_that_was_cleared_is_empty()
    {
        TrigramSet set = new();
        set.AddAll("abcd"u8);
        set.Clear();
        set.AddAll("bcd"u8);

        Assert.Equal(Of("bcd"), set.Items.ToArray());
    }

    [Fact]
    public void Every_character_that_equals_a_foldable_one_folds_to_the_same()
    {
        for (char usable = '\0'; usable < char.MaxValue; usable++)
        {
            if (!Trigram.FoldsWhenCaseIsIgnored(usable) || usable == '\n')
            {
                continue;
            }

            Regex regex = new(Regex.Escape(usable.ToString()), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
            for (char other = '\0'; other < char.MaxValue; other++)
            {
                if (regex.IsMatch([other]))
                {
                    Assert.Equal(Of($"..{usable}"), Of($"..{other}"));
                }
            }
        }
    }

    private static int[] Of(string text)
    {
        TrigramSet set = new();
        set.AddAll(Encoding.UTF8.GetBytes(text));
        return set.Items.ToArray();
    }
}
