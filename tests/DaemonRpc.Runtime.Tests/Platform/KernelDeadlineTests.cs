namespace DaemonRpc.Runtime.Tests.Platform;

public sealed class KernelDeadlineTests
{
    [Fact]
    public async Task Process_is_ended_by_the_kernel_when_the_time_has_passed()
    {
        using TestChild child = await TestChild.StartAsync("kernel-deadline", "");
        Assert.Equal("armed", child.Answer);

        child.WaitForEnd();

        // By SIGKILL on Linux, SIGALRM on macOS.
        Assert.Equal(128 + (OperatingSystem.IsMacOS() ? 14 : 9), child.ExitCode);
    }
}
