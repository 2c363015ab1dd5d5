using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Platform;

public sealed class ProcessTimeTests
{
    [Fact]
    public async Task Child_was_started_by_this_process_between_then_and_now()
    {
        long before = ProcessTime.Now;
        using TestChild child = await TestChild.StartAsync("hold-on", "");
        long after = ProcessTime.Now;

        ProcessTime time = ProcessTime.Of(child.Id)!.Value;

        Assert.Equal(Environment.ProcessId, time.ParentId);
        Assert.InRange(time.StartedAt, before - ProcessTime.Resolution, after);
    }

    [Fact]
    public async Task Process_that_has_gone_has_no_time()
    {
        using TestChild child = await TestChild.StartAsync("hold-on", "");
        child.Kill();

        Assert.Null(ProcessTime.Of(child.Id));
    }
}
