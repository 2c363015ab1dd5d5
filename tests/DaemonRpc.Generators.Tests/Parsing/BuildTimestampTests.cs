using DaemonRpc.Generators.Parsing;
using DaemonRpc.Generators.Tests.Infrastructure;

namespace DaemonRpc.Generators.Tests.Parsing;

public sealed class BuildTimestampTests
{
    [Theory]
    [InlineData("638990000000000000", 638990000000000000)]
    [InlineData("", 0)]
    [InlineData("yesterday", 0)]
    [InlineData("-1", 0)]
    [InlineData("1,000", 0)]
    [InlineData("9223372036854775808", 0)]
    public void What_is_no_number_of_ticks_is_no_timestamp(string text, long expected) =>
        Assert.Equal(expected, BuildTimestamp.Read(BuildOptions.WithTimestamp(text).GlobalOptions));

    [Fact]
    public void Build_without_the_property_has_no_timestamp() =>
        Assert.Equal(0, BuildTimestamp.Read(BuildOptions.WithoutTargets.GlobalOptions));
}
