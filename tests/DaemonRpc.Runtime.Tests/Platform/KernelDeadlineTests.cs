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

    [Fact]
    public async Task Program_that_is_handed_over_to_and_never_begins_is_ended()
    {
        using TestChild child = await TestChild.StartAsync("kernel-deadline-of-successor", "");
        Assert.Equal("armed", child.Answer);

        child.WaitForEnd();

        Assert.Equal(128 + 14, child.ExitCode);
    }

    [Fact]
    public async Task Program_that_begins_has_all_the_time_there_is()
    {
        using TestChild child = await TestChild.StartAsync("kernel-deadline-disarmed", "");

        Assert.Equal("60 0", child.Answer);
    }
}
