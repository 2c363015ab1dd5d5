using System.Globalization;
using DaemonRpc.Platform;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Tasks;

public sealed class AncestryTests
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

        Assert.Equal(chain.Links, Ancestry.Resolve(chain.ToString(), Environment.ProcessId)!.Links);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("5f@")]
    [InlineData("5f@-1")]
    [InlineData("x@1")]
    [InlineData("somebody else's variable")]
    public void Text_that_says_nothing_is_no_ancestry(string text) => Assert.Null(Ancestry.Resolve(text, Environment.ProcessId));

    /// <remarks>In a process of its own: daemons of other tests say so in the environment too.</remarks>
    [Fact]
    public async Task Environment_names_the_only_daemon_of_the_process_or_the_chain_of_its_task()
    {
        using TestChild child = await TestChild.StartAsync("ancestry", "");

        Assert.Equal("nothing, daemon 7, chain, daemon 7, daemon 7, nothing, nothing, daemon 7, daemon 8, nothing", child.Answer);
    }

    /// <summary>What the variable is after each of some steps.</summary>
    internal static string TellOfPublishing()
    {
        List<string> told = [];
        CallChain sevens = CallChain.Append(CallChain.Append(null, new DaemonTaskId(1, 2)), new DaemonTaskId(7, 3));
        CallChain eights = CallChain.Append(sevens, new DaemonTaskId(8, 4));
        Tell();
        IDisposable seven = Ancestry.Publish(7, native: false);
        Tell();
        Ancestry.Extend(sevens);
        Tell();
        Ancestry.Shorten(sevens);
        Tell();

        // Of a daemon that has not said that it serves.
        Ancestry.Extend(eights);
        Tell();

        // Of two nobody can tell whose a child is.
        IDisposable eight = Ancestry.Publish(8, native: false);
        Tell();
        Ancestry.Extend(eights);
        Tell();
        eight.Dispose();
        Tell();
        eight = Ancestry.Publish(8, native: false);
        seven.Dispose();
        Tell();
        eight.Dispose();
        Tell();
        return string.Join(", ", told);

        void Tell() => told.Add(Environment.GetEnvironmentVariable("DAEMONRPC_CALLS") switch
        {
            null => "nothing",
            var text when text == sevens.ToString() => "chain",
            var text when text.Contains('@', StringComparison.Ordinal) => $"daemon {Ancestry.Resolve(text, Environment.ProcessId)!.Links[0].Incarnation}",
            _ => "something else",
        });
    }

    /// <remarks>In a process of its own, as above.</remarks>
    [Fact]
    public async Task Environment_has_the_chain_of_a_task_but_not_while_it_has_given_way()
    {
        using TestChild child = await TestChild.StartAsync("ancestry-of-yields", "");

        Assert.Equal("chain, kept chain, ordinary, chain", child.Answer);
    }

    /// <summary>What the variable is while a task whose call has a chain runs, cannot give way, has given way, and goes on.</summary>
    internal static string TellOfGivingWay()
    {
        List<string> told = [];
        using IDisposable published = Ancestry.Publish(7, native: false);
        var slot = new TaskSlot(new StatusBoard(), incarnation: 7, TimeProvider.System);
        var flow = new TaskFlow(slot, incarnation: 7);
        var runner = new TaskRunner(slot, flow, null!, 1000, null!, static work => work.Run());
        AskedTask asked = Admission.Asked("RunAsync", CallChain.Append(null, new DaemonTaskId(1, 2))) with { Runner = runner };
        Assert.True(slot.TryAdmit(asked, out RunningTask? task, out _));
        flow.Enter(task, hasOwnMark: true);
        Ancestry.Extend(task.Chain);
        var yield = new TaskYield(slot, flow);
        Tell("");

        _ = slot.Enter(new RecordedWaiter(1) { Listens = false }, out _);
        Assert.True(yield.YieldAsync(default).AsTask().IsCompleted);
        Tell("kept ");

        var waiter = new RecordedWaiter(2);
        _ = slot.Enter(waiter, out _);
        Task goesOn = yield.YieldAsync(default).AsTask();
        Tell("");
        slot.Release(waiter.Task!, null);
        Assert.True(goesOn.IsCompleted);
        Tell("");
        return string.Join(", ", told);

        void Tell(string which) => told.Add(which + (Environment.GetEnvironmentVariable(Ancestry.Variable) == task.Chain.ToString() ? "chain" : "ordinary"));
    }

    private static long NumberOf(int processId, long since) => Assert.Single(
        Ancestry.Resolve(string.Create(CultureInfo.InvariantCulture, $"{7:x16}@{since}"), processId)!.Links, link => link.Incarnation == 7).Number;
}
