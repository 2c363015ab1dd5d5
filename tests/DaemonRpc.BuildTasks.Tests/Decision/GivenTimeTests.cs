namespace DaemonRpc.BuildTasks.Tests.Decision;

public sealed class GivenTimeTests
{
    [Theory]
    [InlineData("2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31T13:00:00+01:00")]
    [InlineData("2026-01-31T12:00:00.0000000Z")]
    [InlineData("2026-01-31T12:00:00.0Z")]
    [InlineData("2026-01-31T12:00:00")]
    [InlineData(" 639054576000000000 ")]
    public void Property_is_a_date_or_ticks(string text) =>
        Assert.Equal(639054576000000000, GivenTime.Read(text, sourceDateEpoch: null));

    [Fact]
    public void Source_date_epoch_is_seconds_since_1970() =>
        Assert.Equal(639054576000000000, GivenTime.Read("", "1769860800"));

    [Fact]
    public void Property_wins_over_source_date_epoch() =>
        Assert.Equal(639054576000000000, GivenTime.Read("639054576000000000", "0"));

    [Fact]
    public void Neither_is_no_time() => Assert.Null(GivenTime.Read(null, ""));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("31.01.2026")]
    [InlineData("1769860800")] // seconds
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("1969-12-31T23:59:59Z")]
    public void Unreadable_property_is_named(string text)
    {
        FormatException error = Assert.Throws<FormatException>(() => GivenTime.Read(text, null));

        Assert.StartsWith($"DaemonRpcBuildTimestamp cannot be '{text}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("now")]
    [InlineData("-1")]
    [InlineData("1769860800.5")]
    [InlineData("999999999999999")]
    public void Unreadable_source_date_epoch_is_named(string text)
    {
        FormatException error = Assert.Throws<FormatException>(() => GivenTime.Read(null, text));

        Assert.StartsWith($"SOURCE_DATE_EPOCH cannot be '{text}'", error.Message, StringComparison.Ordinal);
    }
}
