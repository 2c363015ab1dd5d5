using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Platform;

public sealed class ChildProcessTests
{
    [Fact]
    public void How_a_process_ended_that_somebody_else_reaped_is_not_known()
    {
        // Not a child, so that the kernel says of it what it says of one that was reaped.
        var child = ChildProcess.Adopt(Environment.ProcessId);

        Assert.True(child.WaitForExit(Patience.Limit));
        Assert.Null(child.ExitCode);
        Assert.Null(child.Signal);
    }
}
