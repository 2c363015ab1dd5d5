using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using DaemonRpc.Telemetry;

namespace DaemonRpc.Runtime.Tests.Telemetry;

/// <summary>docs/reference/telemetry.md names all that listeners see, and nothing else: they rely on it.</summary>
public sealed partial class ReferencePageTests
{
    private static readonly string s_page = Sources.Page("reference/telemetry.md");

    [Fact]
    public void Attributes_and_metrics_are_all_there()
    {
        string[] others = [Names.Source, Names.Version, Names.System];
        IEnumerable<string> names = typeof(Names).GetFields(BindingFlags.Static | BindingFlags.Public)
            .Select(static field => (string)field.GetRawConstantValue()!)
            .Except(others);

        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            FirstCode().Matches(s_page).Select(static row => row.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.All(others.Except([Names.Version]), static name => Assert.Contains($"`{name}`", s_page, StringComparison.Ordinal));
    }

    [Fact]
    public void Events_are_all_there_with_the_numbers_of_the_source()
    {
        string source = Sources.Runtime.Single(static file => file.Path == "Logging/LogMessages.cs").Text;
        (int, string, string)[] events =
        [
            .. Event().Matches(source)
                .Select(static match => (int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture), match.Groups["name"].Value, match.Groups["level"].Value))
                .Order(),
        ];

        Assert.Equal(Write().Count(source), events.Length);
        Assert.Equal(events.Length, events.DistinctBy(static logged => logged.Item1).Count());
        Assert.Equal(
            events,
            Row().Matches(s_page).Select(static row => (int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), row.Groups[2].Value, row.Groups[3].Value)));
    }

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex FirstCode();

    [GeneratedRegex(@"LogLevel\.(?<level>\w+), (?<id>\d+), nameof\((?<name>\w+)\)")]
    private static partial Regex Event();

    [GeneratedRegex(@"=>\s+Write\(")]
    private static partial Regex Write();

    [GeneratedRegex(@"^\| (\d+) \| `(\w+)` \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
