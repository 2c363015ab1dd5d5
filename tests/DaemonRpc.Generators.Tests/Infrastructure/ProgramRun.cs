using DaemonRpc.Generators.DaemonCode;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace DaemonRpc.Generators.Tests.Infrastructure;

/// <summary>The analyzers of a program over the code around a contract, with all that is generated for it. <c>[|…|]</c> marks what is reported.</summary>
internal sealed class ProgramRun
{
    private ProgramRun(IReadOnlyList<Diagnostic> diagnostics, IReadOnlyList<(string File, TextSpan Span)> expected)
    {
        Diagnostics = diagnostics;
        Expected = expected;
    }

    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    private IReadOnlyList<(string File, TextSpan Span)> Expected { get; }

    /// <summary>Of a library of some files.</summary>
    public static Task<ProgramRun> Of(params string[] files) => Of(OutputKind.DynamicallyLinkedLibrary, [], files);

    public static async Task<ProgramRun> Of(OutputKind kind, MetadataReference[] libraries, params string[] files)
    {
        BuildOptions options = BuildOptions.WithTimestamp(GeneratorRun.Timestamp);
        string[] sources = [.. files.Select(file => file.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal))];
        CSharpCompilation compilation = TestCompilation.Create(sources, libraries);
        compilation = compilation.WithOptions(compilation.Options.WithOutputKind(kind));
        Compilation complete = TestCompilation.Complete(compilation, options);
        Assert.Empty(complete.GetDiagnostics(TestContext.Current.CancellationToken).Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));

        IEnumerable<Diagnostic> diagnostics = await complete
            .WithAnalyzers([new DaemonCodeAnalyzer(), new LaunchAnalyzer()], new AnalyzerOptions([], options))
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return new ProgramRun(
            [.. diagnostics.OrderBy(static diagnostic => diagnostic.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(static diagnostic => diagnostic.Location.SourceSpan.Start)],
            [.. compilation.SyntaxTrees.Zip(files, static (tree, file) => SpansIn(file).Select(span => (tree.FilePath, span))).SelectMany(static spans => spans)]);
    }

    /// <summary>Asserts that exactly the marked code is reported.</summary>
    public void AssertReports(params string[] ids)
    {
        Assert.Equal(ids, Diagnostics.Select(static diagnostic => diagnostic.Id));
        Assert.Equal(Expected, Diagnostics.Select(static diagnostic => (diagnostic.Location.SourceTree!.FilePath, diagnostic.Location.SourceSpan)));
    }

    /// <summary>Asserts that one thing is reported, where the marks are.</summary>
    public void AssertReports(string id, DiagnosticSeverity severity, string message)
    {
        AssertReports(id);
        Assert.Equal(severity, Diagnostics[0].Severity);
        Assert.Equal(message, Diagnostics[0].GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static IEnumerable<TextSpan> SpansIn(string markup)
    {
        int removed = 0;
        for (int start = markup.IndexOf("[|", StringComparison.Ordinal); start >= 0; start = markup.IndexOf("[|", start + 1, StringComparison.Ordinal))
        {
            int end = markup.IndexOf("|]", start, StringComparison.Ordinal);
            yield return TextSpan.FromBounds(start - removed, end - 2 - removed);
            removed += 4;
        }
    }
}
