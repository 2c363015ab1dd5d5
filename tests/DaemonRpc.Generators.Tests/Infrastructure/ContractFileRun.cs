using DaemonRpc.Generators.ContractFile;
using DaemonRpc.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace DaemonRpc.Generators.Tests.Infrastructure;

/// <summary>The analyzers over a project with contracts and a contract file.</summary>
internal sealed class ContractFileRun
{
    private ContractFileRun(IReadOnlyList<Diagnostic> diagnostics) => Diagnostics = diagnostics;

    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>Each diagnostic's id, the text that it marks, and its message.</summary>
    public IEnumerable<string> Reports => Diagnostics.Select(diagnostic => $"{diagnostic.Id} {MarkedBy(diagnostic)}: {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");

    private string File { get; init; } = "";

    /// <summary>The next text of the file, which the fix writes. Without any diagnostic, the file is as it should be.</summary>
    public string NextFile => Diagnostics.Select(static diagnostic => diagnostic.Properties.GetValueOrDefault(ContractComparison.NextText)).OfType<string>().Distinct().SingleOrDefault() ?? File;

    /// <param name="source">The project's code.</param>
    /// <param name="file">The contract file, or null for a project without one.</param>
    /// <param name="libraries">The libraries that the project uses.</param>
    public static async Task<ContractFileRun> Of(string source, string? file, params MetadataReference[] libraries)
    {
        BuildOptions options = BuildOptions.WithTimestamp(GeneratorRun.Timestamp);
        CSharpCompilation compilation = TestCompilation.Create(source, libraries);
        IEnumerable<Diagnostic> diagnostics = await compilation
            .WithAnalyzers([new ContractAnalyzer(), new ContractFileAnalyzer()], new AnalyzerOptions(file is null ? [] : [new ContractFileText(file)], options))
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return new ContractFileRun(
        [
            .. diagnostics
                .Where(static diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden)
                .OrderBy(static diagnostic => diagnostic.Id, StringComparer.Ordinal)
                .ThenBy(static diagnostic => diagnostic.Location.SourceSpan.Start),
        ])
        {
            File = file ?? "",
        };
    }

    private string MarkedBy(Diagnostic diagnostic) => diagnostic.Location.SourceTree is { } tree
        ? tree.ToString().Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length)
        : File.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length);

    private sealed class ContractFileText(string text) : AdditionalText
    {
        public override string Path => "/project/DaemonRpc.Contract.txt";

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
