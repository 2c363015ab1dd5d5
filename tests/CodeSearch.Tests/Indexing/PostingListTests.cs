using CodeSearch.Indexing;
using CsCheck;

namespace CodeSearch.Tests.Indexing;

public sealed class PostingListTests
{
    [Fact]
    public void Holds_exactly_what_was_added() =>
        Gen.Int[1, 100_000].Array[0, 200].Sample(steps =>
        {
            int[] documents = [.. steps.Skip(1).Aggregate(new List<int> { 0 }, (list, step) => [.. list, list[^1] + step])];
            PostingList list = default;
            foreach (int document in documents)
            {
                list.Add(document);
            }

            List<int> read = [];
            foreach (int document in list)
            {
                read.Add(document);
            }

            Assert.Equal(documents, read);
            Assert.Equal(documents.Length, list.Count);
        });

    [Fact]
    public void Empty_list_has_no_documents()
    {
        DocumentSet set = new(10);

        default(PostingList).AddTo(set);

        Assert.Empty(set.Items());
    }
}
