namespace DaemonRpc.BuildTasks.Tests.Decision;

public sealed class BuildStampTests
{
    private static readonly DateTime s_now = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    private static readonly long s_earlier = s_now.AddDays(-1).Ticks;

    [Fact]
    public void Given_time_wins_and_the_inputs_are_not_even_read()
    {
        BuildStamp kept = new(s_earlier, "inputs");

        BuildStamp stamp = BuildStamp.ForBuild(42, kept, () => throw new InvalidOperationException(), s_now);

        Assert.Equal(42, stamp.Ticks);
    }

    [Fact]
    public void Unchanged_inputs_keep_their_stamp()
    {
        BuildStamp kept = new(s_earlier, "inputs");

        Assert.Same(kept, BuildStamp.ForBuild(null, kept, () => "inputs", s_now));
    }

    [Fact]
    public void Changed_inputs_are_stamped_now()
    {
        BuildStamp stamp = BuildStamp.ForBuild(null, new BuildStamp(s_earlier, "old"), () => "new", s_now);

        Assert.Equal(s_now.Ticks, stamp.Ticks);
        Assert.Equal("new", stamp.Inputs);
    }

    [Fact]
    public void First_build_is_stamped_now() =>
        Assert.Equal(s_now.Ticks, BuildStamp.ForBuild(null, null, () => "inputs", s_now).Ticks);

    [Fact]
    public void Clock_that_was_set_back_does_not_make_the_newer_build_the_older_one()
    {
        long later = s_now.AddDays(1).Ticks;

        Assert.Equal(later + 1, BuildStamp.ForBuild(null, new BuildStamp(later, "old"), () => "new", s_now).Ticks);
    }

    [Fact]
    public void Given_time_is_forgotten_when_it_is_no_longer_given()
    {
        BuildStamp given = BuildStamp.ForBuild(s_now.AddYears(10).Ticks, null, () => "inputs", s_now);

        Assert.Equal(s_now.Ticks, BuildStamp.ForBuild(null, given, () => "inputs", s_now).Ticks);
    }

    [Fact]
    public void Editor_sees_the_kept_stamp_whatever_it_is_given() =>
        Assert.Equal(s_earlier, BuildStamp.ForEditor(42, new BuildStamp(s_earlier, "inputs")));

    [Fact]
    public void Editor_sees_no_stamp_before_the_first_build() => Assert.Null(BuildStamp.ForEditor(null, null));
}
