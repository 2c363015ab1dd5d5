using DaemonRpc.Transport;

namespace DaemonRpc.Runtime.Tests.Transport;

public sealed class DeadlineTests
{
    [Fact]
    public void Passed_deadline_has_nothing_left()
    {
        var deadline = new Deadline(TimeSpan.Zero);

        Assert.True(deadline.HasPassed);
        Assert.Equal(TimeSpan.Zero, deadline.Left);
    }

    [Fact]
    public void Infinite_and_all_but_infinite_leave_what_every_wait_understands()
    {
        foreach (TimeSpan limit in new[] { Timeout.InfiniteTimeSpan, TimeSpan.MaxValue, TimeSpan.FromDays(60) })
        {
            Assert.False(new Deadline(limit).HasPassed);
            Assert.Equal(Timeout.InfiniteTimeSpan, new Deadline(limit).Left);
        }
    }
}
