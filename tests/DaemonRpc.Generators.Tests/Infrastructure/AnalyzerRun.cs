using DaemonRpc.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace DaemonRpc.Generators.Tests.Infrastructure;

/// <summary>The analyzer and the generator over the same contract, in which <c>[|…|]</c> marks what is reported.</summary>
internal sealed class AnalyzerRun
{
    private AnalyzerRun(IReadOnlyList<Diagnostic> diagnostics, TextSpan expected, GeneratorRun generated)
    {
        Diagnostics = diagnostics;
        Expected = expected;
        Generated = generated;
    }

    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    public GeneratorRun Generated { get; }

    public bool HasGenerated => Generated.Files.Count > 0;

    private TextSpan Expected { get; }

    public static async Task<AnalyzerRun> Of(string markup, BuildOptions? options = null)
    {
        options ??= BuildOptions.WithTimestamp(GeneratorRun.Timestamp);
        int start = markup.IndexOf("[|", StringComparison.Ordinal);
        int end = markup.IndexOf("|]", StringComparison.Ordinal);
        string source = markup.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);
        Compilation compilation = TestCompilation.Create(source);

        IEnumerable<Diagnostic> diagnostics = await compilation
            .WithAnalyzers([new ContractAnalyzer()], new AnalyzerOptions([], options))
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return new AnalyzerRun(
            [.. diagnostics.OrderBy(static diagnostic => diagnostic.Id, StringComparer.Ordinal)],
            start < 0 ? default : TextSpan.FromBounds(start, end - 2),
            new GeneratorRun(source, options));
    }

    /// <summary>Asserts that one thing is reported, where the marks are, and that errors and generated code exclude each other.</summary>
    public void AssertReports(string id, DiagnosticSeverity severity, string message)
    {
        AssertReportsOnly(id, severity, message);
        Assert.Equal(severity != DiagnosticSeverity.Error, HasGenerated);
    }

    /// <summary>Asserts that one thing is reported, where the marks are.</summary>
    public void AssertReportsOnly(string id, DiagnosticSeverity severity, string message)
    {
        Diagnostic diagnostic = Assert.Single(Diagnostics);
        Assert.Equal(id, diagnostic.Id);
        Assert.Equal(severity, diagnostic.Severity);
        Assert.Equal(message, diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Expected, diagnostic.Location.SourceSpan);
    }
}
