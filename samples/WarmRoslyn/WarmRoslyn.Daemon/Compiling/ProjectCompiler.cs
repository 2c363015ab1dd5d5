using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Compiling;

/// <summary>Compiles one project in the steps of the command-line compiler, and says what it would say.</summary>
internal static class ProjectCompiler
{
    /// <summary>What only the step after the methods finds, which writes the documentation file.</summary>
    private static readonly HashSet<string> s_documentation =
    [
        "CS0419", "CS1571", "CS1572", "CS1573", "CS1574", "CS1580", "CS1581", "CS1584", "CS1589", "CS1590", "CS1591", "CS1592",
        "CS1710", "CS1711", "CS1712", "CS1723", "CS1734", "CS1735",
    ];

    /// <param name="project">The project.</param>
    /// <param name="needs">The surfaces of the projects that it needs, directly or not.</param>
    /// <param name="isMissing">Whether a source file does not exist.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static async Task<CompiledProject> CompileAsync(
        Project project, IReadOnlyDictionary<ProjectId, Surface> needs, Func<string, bool> isMissing, CancellationToken cancellationToken)
    {
        Compilation compilation = await CompilationOfAsync(project, needs, cancellationToken);
        IEnumerable<CodeDiagnostic> missing = project.Documents
            .Where(document => document.FilePath is not null && isMissing(document.FilePath))
            .Select(document => Descriptions.OfMissing(project, document.FilePath!));
        ImmutableArray<Diagnostic> diagnostics = await DiagnoseAsync(project, compilation, cancellationToken);
        return new CompiledProject
        {
            Diagnostics = [.. missing, .. diagnostics.Select(diagnostic => Descriptions.Of(project, diagnostic)).Distinct()],
            Surface = Surface.Of(compilation, cancellationToken),
            Needs = needs,
        };
    }

    /// <summary>The project's compilation, with the surfaces of other projects in place of their source.</summary>
    public static async Task<Compilation> CompilationOfAsync(Project project, IReadOnlyDictionary<ProjectId, Surface> needs, CancellationToken cancellationToken)
    {
        Compilation compilation = await project.GetCompilationAsync(cancellationToken)
            ?? throw new InvalidOperationException($"{project.Name} is no project that can be compiled.");
        List<MetadataReference> references = [.. compilation.References.Where(reference => reference is not CompilationReference)];
        foreach (ProjectReference reference in project.ProjectReferences)
        {
            MetadataReference needed = (MetadataReference?)needs[reference.ProjectId].Assembly
                ?? (await project.Solution.GetProject(reference.ProjectId)!.GetCompilationAsync(cancellationToken))!.ToMetadataReference();
            references.Add(needed.WithAliases(reference.Aliases).WithEmbedInteropTypes(reference.EmbedInteropTypes));
        }

        return compilation.WithReferences(references);
    }

    /// <summary>Whether the compiler's next step can do nothing with what has this error.</summary>
    public static bool IsFatal(Diagnostic diagnostic) => diagnostic.DefaultSeverity == DiagnosticSeverity.Error && !diagnostic.IsSuppressed;

    // The compiler ends after a step that found an error: of a file with broken syntax nobody wants to hear which names are not defined.
    private static async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(Project project, Compilation compilation, CancellationToken cancellationToken)
    {
        ImmutableArray<Diagnostic> parsed = compilation.GetParseDiagnostics(cancellationToken);
        if (parsed.Any(IsFatal))
        {
            return parsed;
        }

        ImmutableArray<Diagnostic> generated = await GetSourceGeneratorDiagnosticsAsync(project, cancellationToken);
        ImmutableArray<Diagnostic> declared = compilation.GetDeclarationDiagnostics(cancellationToken);
        if (declared.Any(IsFatal))
        {
            return [.. parsed, .. generated, .. declared];
        }

        ImmutableArray<Diagnostic> emitted = compilation.Emit(Stream.Null, cancellationToken: cancellationToken).Diagnostics;
        if (emitted.Any(IsFatal))
        {
            emitted = [.. emitted.Where(diagnostic => !s_documentation.Contains(diagnostic.Id))];
        }

        return await ProjectAnalyzer.WithoutSuppressedAsync(project, compilation, [.. generated, .. emitted], cancellationToken);
    }

    /// <summary>What the generators reported. The workspace has run them already, and has no public way to tell.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetSourceGeneratorDiagnosticsAsync")]
    private static extern ValueTask<ImmutableArray<Diagnostic>> GetSourceGeneratorDiagnosticsAsync(Project project, CancellationToken cancellationToken);
}
