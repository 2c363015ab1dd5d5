using DaemonRpc.Generators.Diagnostics;
using DaemonRpc.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace DaemonRpc.Generators.Tests.Infrastructure;

/// <summary>The analyzer and the generator over the same contract, in which <c>[|…|]</c> marks what is reported.</summary>
internal sealed class AnalyzerRun
{
    private AnalyzerRun(IReadOnlyList<Diagnostic> all, TextSpan expected, GeneratorRun generated)
    {
        All = all;
        Expected = expected;
        Generated = generated;
    }

    /// <summary>What a person sees.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => [.. All.Where(static diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden)];

    /// <summary>What is reported, also only to offer a fix.</summary>
    public IReadOnlyList<Diagnostic> All { get; }

    public GeneratorRun Generated { get; }

    public bool HasGenerated => Generated.Files.Count > 0;

    /// <summary>The contracts: whether an error is reported for each, and whether anything is generated.</summary>
    public IReadOnlyList<(string Contract, bool HasError, bool IsGenerated)> Contracts { get; private init; } = [];

    private TextSpan Expected { get; }

    /// <summary>Of a contract alone.</summary>
    public static Task<AnalyzerRun> Of(string markup, BuildOptions? options = null) => Of(markup, [], [], options);

    /// <summary>Of a contract with other files of its project, and with libraries.</summary>
    public static async Task<AnalyzerRun> Of(string markup, string[] otherFiles, MetadataReference[] libraries, BuildOptions? options = null)
    {
        options ??= BuildOptions.WithTimestamp(GeneratorRun.Timestamp);
        int start = markup.IndexOf("[|", StringComparison.Ordinal);
        int end = markup.IndexOf("|]", StringComparison.Ordinal);
        string source = markup.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);
        CSharpCompilation compilation = TestCompilation.Create([source, .. otherFiles], libraries);

        IEnumerable<Diagnostic> diagnostics = await compilation
            .WithAnalyzers([new ContractAnalyzer()], new AnalyzerOptions([], options))
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        GeneratorRun generated = new(compilation, options);
        INamedTypeSymbol[] contracts =
            [.. compilation.Assembly.GlobalNamespace.AllTypes().Where(static type => type.HasAttribute(KnownTypes.DaemonRpcAttribute))];
        return new AnalyzerRun(
            [.. diagnostics.OrderBy(static diagnostic => diagnostic.Id, StringComparer.Ordinal)],
            start < 0 ? default : TextSpan.FromBounds(start, end - 2),
            generated)
        {
            // An error may stand in a base interface, outside of the contract. Of several contracts, each is to blame for what stands in it.
            Contracts =
            [
                .. contracts.Select(contract => (
                    KnownTypes.MetadataNameOf(contract),
                    diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && (contracts.Length == 1 || IsIn(contract, diagnostic.Location))),
                    generated.Files.Keys.Any(file => file.StartsWith(KnownTypes.MetadataNameOf(contract) + ".", StringComparison.Ordinal)))),
            ],
        };
    }

    private static bool IsIn(INamedTypeSymbol type, Location location) =>
        type.DeclaringSyntaxReferences.Any(part => part.SyntaxTree == location.SourceTree && part.Span.Contains(location.SourceSpan));

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
        Assert.Equal(TestCompilation.ContractFile, diagnostic.Location.SourceTree?.FilePath);
        Assert.Equal(Expected, diagnostic.Location.SourceSpan);
    }
}
