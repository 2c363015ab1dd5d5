using System.Reflection;
using System.Text.RegularExpressions;

namespace DaemonRpc.Docs.Tests;

/// <summary>The reference names all that there is, and nothing else.</summary>
public sealed partial class ReferenceTests
{
    private static readonly Assembly s_runtime = typeof(DaemonHandle).Assembly;

    [Fact]
    public void Each_option_has_a_row() => Assert.Equal(
        Sorted(new[] { typeof(DaemonClientOptions), typeof(DaemonOptions) }.SelectMany(static type => type.GetProperties()).Select(static property => property.Name)),
        Sorted(TableRows.FirstCodes("docs/reference/options.md")));

    [Fact]
    public void Each_exception_has_a_row() => Assert.Equal(
        Sorted(s_runtime.GetExportedTypes().Where(static type => type.IsAssignableTo(typeof(Exception))).Select(static type => type.Name.Replace("`1", "<T>", StringComparison.Ordinal))),
        Sorted(TableRows.FirstCodes("docs/reference/exceptions.md").Where(static name => name.StartsWith("Daemon", StringComparison.Ordinal))));

    [Fact]
    public void Each_outcome_and_each_state_has_a_row()
    {
        Assert.Equal(Sorted(Enum.GetNames<CancelOutcome>()), Sorted(TableRows.FirstCodes("docs/guides/cancelling.md")));
        Assert.Equal(
            Sorted([.. Enum.GetNames<DaemonState>(), .. Enum.GetNames<DaemonOrigin>()]),
            Sorted(TableRows.FirstCodes("docs/concepts/lifecycle.md").Where(static name => !name.Contains('('))));
        Assert.Equal(Sorted(Enum.GetNames<VersionPolicy>()), Sorted(TableRows.FirstCodes("docs/concepts/versions.md")));
    }

    [Fact]
    public void Each_diagnostic_has_a_row_with_its_title()
    {
        string page = Repository.Read("docs/reference/diagnostics.md");
        foreach (string path in Repository.Pages.Where(static path => path.StartsWith("docs/diagnostics/", StringComparison.Ordinal)))
        {
            string[] title = Repository.Read(path).Split('\n')[0][2..].Split(": ", 2);
            Assert.Contains($"| [{title[0]}](../diagnostics/{title[0]}.md) | {title[1]}", page, StringComparison.Ordinal);
        }
    }

    /// <summary>What a daemon is started with, and what a call carries.</summary>
    [Theory]
    [InlineData("DaemonEnvironment.cs", "s_kept =")]
    [InlineData("DaemonEnvironment.cs", "s_keptPrefixes =")]
    [InlineData("CallerEnvironment.cs", "s_always =")]
    public void Each_variable_that_is_passed_on_is_named(string file, string list)
    {
        string line = RuntimeSource.Lines(file).Single(line => line.Contains(list, StringComparison.Ordinal));
        string page = Repository.Read("docs/reference/environment.md");

        Assert.All(Text().Matches(line), name => Assert.Contains($"`{name.Groups["text"].Value}`", page, StringComparison.Ordinal));
    }

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex("\"(?<text>[^\"]+)\"")]
    private static partial Regex Text();
}
