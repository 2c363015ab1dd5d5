using System.Globalization;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class LineageTests
{
    [Fact]
    public async Task Process_is_dated_by_its_eldest_ancestor_that_the_daemon_can_have_started()
    {
        using TestChild child = await TestChild.StartAsync("hold-on", "");
        long own = ProcessTime.Of(Environment.ProcessId)!.Value.StartedAt;

        // A daemon that began to serve right after this process was started has not started it, but its child.
        Assert.Equal(-ProcessTime.Of(child.Id)!.Value.StartedAt, NumberOf(child.Id, own + 1));
        Assert.Equal(-own, NumberOf(child.Id, own));
    }

    [Fact]
    public void Whole_chain_is_taken_as_it_is()
    {
        CallChain chain = CallChain.Append(CallChain.Append(null, new DaemonTaskId(1, 2)), new DaemonTaskId(3, 4));

        Assert.Equal(chain.Links, Lineage.Resolve(chain.ToString(), Environment.ProcessId)!.Links);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("5f@")]
    [InlineData("5f@-1")]
    [InlineData("x@1")]
    [InlineData("somebody else's variable")]
    public void Text_that_says_nothing_is_no_lineage(string text) => Assert.Null(Lineage.Resolve(text, Environment.ProcessId));

    private static long NumberOf(int processId, long since) => Assert.Single(
        Lineage.Resolve(string.Create(CultureInfo.InvariantCulture, $"{7:x16}@{since}"), processId)!.Links, link => link.Birth == 7).Number;
}
