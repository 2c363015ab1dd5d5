using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Compiling;

/// <summary>Runs a project's analyzers.</summary>
internal static class ProjectAnalyzer
{
    /// <summary>What the analyzers say. Nothing if the compiler gives up before they have their turn.</summary>
    public static async Task<IReadOnlyList<CodeDiagnostic>> AnalyzeAsync(Project project, IReadOnlyDictionary<ProjectId, Surface> needs, CancellationToken cancellationToken)
    {
        Compilation compilation = await ProjectCompiler.CompilationOfAsync(project, needs, cancellationToken);
        ImmutableArray<DiagnosticAnalyzer> analyzers = AnalyzersOf(project);
        if (analyzers.IsEmpty || compilation.GetParseDiagnostics(cancellationToken).Any(ProjectCompiler.IsFatal) || compilation.GetDeclarationDiagnostics(cancellationToken).Any(ProjectCompiler.IsFatal))
        {
            return [];
        }

        ImmutableArray<Diagnostic> diagnostics = await With(compilation, project, analyzers, reportSuppressed: false).GetAnalyzerDiagnosticsAsync(cancellationToken);
        return [.. diagnostics.Select(diagnostic => Descriptions.Of(project, diagnostic)).Distinct()];
    }

    /// <summary>Takes out the compiler's warnings that analyzers of the project know to be wrong.</summary>
    public static async Task<ImmutableArray<Diagnostic>> WithoutSuppressedAsync(
        Project project, Compilation compilation, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        HashSet<string> ids = [.. diagnostics.Where(diagnostic => diagnostic.DefaultSeverity != DiagnosticSeverity.Error).Select(diagnostic => diagnostic.Id)];
        ImmutableArray<DiagnosticAnalyzer> suppressors = ids.Count == 0
            ? []
            : [.. AnalyzersOf(project).OfType<DiagnosticSuppressor>().Where(suppressor => suppressor.SupportedSuppressions.Any(suppression => ids.Contains(suppression.SuppressedDiagnosticId)))];
        if (suppressors.IsEmpty)
        {
            return diagnostics;
        }

        ImmutableArray<Diagnostic> all = await With(compilation, project, suppressors, reportSuppressed: true).GetAllDiagnosticsAsync(cancellationToken);
        HashSet<(string Id, Location Location)> suppressed = [.. all.Where(diagnostic => diagnostic.IsSuppressed).Select(diagnostic => (diagnostic.Id, diagnostic.Location))];
        return [.. diagnostics.Where(diagnostic => !suppressed.Contains((diagnostic.Id, diagnostic.Location)))];
    }

    private static ImmutableArray<DiagnosticAnalyzer> AnalyzersOf(Project project) =>
        [.. project.AnalyzerReferences.SelectMany(reference => reference.GetAnalyzers(LanguageNames.CSharp))];

    private static CompilationWithAnalyzers With(Compilation compilation, Project project, ImmutableArray<DiagnosticAnalyzer> analyzers, bool reportSuppressed) =>
        compilation.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(
            project.AnalyzerOptions, onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false, reportSuppressed));
}
