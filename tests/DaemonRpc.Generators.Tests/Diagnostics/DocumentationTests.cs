using System.Text.RegularExpressions;
using DaemonRpc.Generators.ContractFile;
using DaemonRpc.Generators.DaemonCode;
using DaemonRpc.Generators.Diagnostics;
using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DaemonRpc.Generators.Tests.Diagnostics;

/// <summary>The pages that the help links lead to.</summary>
public sealed partial class DocumentationTests
{
    private static readonly DiagnosticDescriptor[] s_descriptors =
        [.. new DiagnosticAnalyzer[] { new ContractAnalyzer(), new DaemonCodeAnalyzer(), new LaunchAnalyzer(), new ContractFileAnalyzer() }.SelectMany(static analyzer => analyzer.SupportedDiagnostics)];

    public static TheoryData<string> Ids => [.. s_descriptors.Select(static descriptor => descriptor.Id)];

    /// <summary>The diagnostics about contracts, of which the pages show wrong and right examples in C#.</summary>
    public static TheoryData<string> ContractIds => [.. IdsThatBeginWith("DRPC0", "DRPC1")];

    /// <summary>The diagnostics about code around contracts, of which the pages show wrong and right examples in C#.</summary>
    public static TheoryData<string> DaemonCodeIds => [.. IdsThatBeginWith("DRPC3")];

    /// <summary>The diagnostics about contracts and their file, of which the pages show wrong and right examples of both.</summary>
    public static TheoryData<string> ContractFileIds => [.. IdsThatBeginWith("DRPC4")];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Page_has_the_title_and_severity_of_the_diagnostic(string id)
    {
        DiagnosticDescriptor descriptor = s_descriptors.Single(descriptor => descriptor.Id == id);

        string[] page = File.ReadAllLines(PathOf(id));

        Assert.Equal($"# {id}: {descriptor.Title}", page[0]);
        Assert.Equal($"{descriptor.DefaultSeverity}.", page[2]);
        Assert.Equal($"https://github.com/daemonrpc/daemonrpc/blob/main/docs/diagnostics/{id}.md", descriptor.HelpLinkUri);
    }

    [Theory]
    [MemberData(nameof(ContractIds))]
    public async Task Wrong_contract_of_a_page_is_wrong_and_right_code_is_right(string id)
    {
        string page = await File.ReadAllTextAsync(PathOf(id), TestContext.Current.CancellationToken);

        AnalyzerRun wrong = await AnalyzerRun.Of(CodeAfter("Wrong:", page));
        AnalyzerRun right = await AnalyzerRun.Of(CodeAfter("Right:", page));

        Assert.Contains(wrong.All, diagnostic => diagnostic.Id == id);
        Assert.All(wrong.Diagnostics, diagnostic => Assert.Equal(id, diagnostic.Id));
        Assert.Empty(right.Diagnostics);
        Assert.DoesNotContain(right.All, diagnostic => diagnostic.Id == id);
        Assert.True(right.HasGenerated);
    }

    [Theory]
    [MemberData(nameof(ContractIds))]
    public async Task Error_is_reported_if_and_only_if_nothing_is_generated_for_the_contract(string id)
    {
        string page = await File.ReadAllTextAsync(PathOf(id), TestContext.Current.CancellationToken);

        AnalyzerRun wrong = await AnalyzerRun.Of(CodeAfter("Wrong:", page));
        AnalyzerRun right = await AnalyzerRun.Of(CodeAfter("Right:", page));

        bool isError = s_descriptors.Single(descriptor => descriptor.Id == id).DefaultSeverity == DiagnosticSeverity.Error;
        Assert.Equal(isError, wrong.Contracts.Any(static contract => contract.HasError));
        Assert.All(wrong.Contracts.Concat(right.Contracts), static contract => Assert.NotEqual(contract.HasError, contract.IsGenerated));
    }

    [Theory]
    [MemberData(nameof(DaemonCodeIds))]
    public async Task Wrong_daemon_code_of_a_page_is_wrong_and_right_code_is_right(string id)
    {
        string page = await File.ReadAllTextAsync(PathOf(id), TestContext.Current.CancellationToken);

        ProgramRun wrong = await ProgramRun.Of(KindOf(id), [], CodeAfter("Wrong:", page));
        ProgramRun right = await ProgramRun.Of(KindOf(id), [], CodeAfter("Right:", page));

        Assert.NotEmpty(wrong.Diagnostics);
        Assert.All(wrong.Diagnostics, diagnostic => Assert.Equal(id, diagnostic.Id));
        Assert.Empty(right.Diagnostics);
    }

    [Theory]
    [MemberData(nameof(ContractFileIds))]
    public async Task Wrong_contract_and_file_of_a_page_differ_and_right_ones_do_not(string id)
    {
        string page = await File.ReadAllTextAsync(PathOf(id), TestContext.Current.CancellationToken);

        ContractFileRun wrong = await ContractFileRun.Of(CodeAfter("Wrong:", page), FileAfter("Wrong:", page));
        ContractFileRun right = await ContractFileRun.Of(CodeAfter("Right:", page), FileAfter("Right:", page));

        Assert.NotEmpty(wrong.Diagnostics);
        Assert.All(wrong.Diagnostics, diagnostic => Assert.Equal(id, diagnostic.Id));
        Assert.Empty(right.Diagnostics);
    }

    [Fact]
    public void Every_diagnostic_is_in_the_list_of_the_reference()
    {
        string list = File.ReadAllText(Path.Combine(ProjectFolder.Path, "..", "..", "docs", "reference", "diagnostics.md"));

        Assert.All(s_descriptors, descriptor => Assert.Contains($"| [{descriptor.Id}](../diagnostics/{descriptor.Id}.md) | {descriptor.Title}", list, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DRPC001")]
    [InlineData("DRPC004")]
    public void Page_of_a_retired_diagnostic_says_so(string id)
    {
        string[] page = File.ReadAllLines(PathOf(id));

        Assert.StartsWith($"# {id}: ", page[0], StringComparison.Ordinal);
        Assert.Equal("Retired.", page[2]);
        Assert.DoesNotContain(id, Ids.Select(static row => row.Data));
    }

    private static IEnumerable<string> IdsThatBeginWith(params string[] beginnings) =>
        Ids.Select(static row => row.Data).Where(id => beginnings.Any(beginning => id.StartsWith(beginning, StringComparison.Ordinal)));

    // The pages of handlers show no program.
    private static OutputKind KindOf(string id) => id == "DRPC308" ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;

    private static string PathOf(string id) => Path.Combine(ProjectFolder.Path, "..", "..", "docs", "diagnostics", id + ".md");

    private static string CodeAfter(string heading, string page) => $"""
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;
        using MemoryPack;

        {CodeBlock().Match(page, page.IndexOf(heading, StringComparison.Ordinal)).Groups[1].Value}
        """;

    private static string FileAfter(string heading, string page) => FileBlock().Match(page, page.IndexOf(heading, StringComparison.Ordinal)).Groups[1].Value;

    [GeneratedRegex("```text\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex FileBlock();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
