using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Protocol;

public sealed class CallChainTests
{
    [Fact]
    public void Chain_that_gets_too_long_forgets_its_oldest_links()
    {
        CallChain? chain = null;
        for (int number = 1; number <= CallChain.MostLinks + 3; number++)
        {
            chain = CallChain.Append(chain, new DaemonTaskId(1, number));
        }

        Assert.Equal(Enumerable.Range(4, CallChain.MostLinks).Select(number => new DaemonTaskId(1, number)), chain!.Links);
    }

    [Fact]
    public void Appending_leaves_the_chain_as_it_was()
    {
        CallChain chain = CallChain.Append(null, new DaemonTaskId(1, 1));

        _ = CallChain.Append(chain, new DaemonTaskId(2, 2));

        Assert.Equal([new DaemonTaskId(1, 1)], chain.Links);
    }

    [Fact]
    public void Text_is_read_as_it_was_written()
    {
        DaemonTaskId[] links = [new(long.MinValue, 1), new(-1, 0), new(0x5F, -123), new(long.MaxValue, long.MaxValue)];
        CallChain chain = links.Aggregate((CallChain?)null, CallChain.Append)!;

        Assert.Equal(links, CallChain.Parse(chain.ToString())?.Links);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("5f3c09d1a2b4c6e8")]
    [InlineData("5f3c09d1a2b4c6e8-")]
    [InlineData("5f3c09d1a2b4c6e8-x")]
    [InlineData("5f3c09d1a2b4c6e8-99999999999999999999")]
    [InlineData("5f3c09d1a2b4c6eg-1")]
    [InlineData("5f3c09d1a2b4c6e8-1,")]
    [InlineData(",5f3c09d1a2b4c6e8-1")]
    public void Text_that_is_no_chain_means_none(string text) => Assert.Null(CallChain.Parse(text));

    [Fact]
    public void Text_with_too_many_links_means_none() =>
        Assert.Null(CallChain.Parse(string.Join(',', Enumerable.Repeat(new DaemonTaskId(1, 2), CallChain.MostLinks + 1))));
}
