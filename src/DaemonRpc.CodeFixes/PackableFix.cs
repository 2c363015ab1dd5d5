using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DaemonRpc.CodeFixes;

/// <summary>Makes a type that a contract sends serialisable: adds <c>[MemoryPackable]</c>, and <c>partial</c> to the type and those around it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(PackableFix))]
[Shared]
public sealed class PackableFix : CodeFixProvider
{
    private const string Title = "Add [MemoryPackable]";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [FixedIds.TypeIsUnknown];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => AllTypes.Instance;

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Solution solution = context.Document.Project.Solution;
        foreach (Diagnostic diagnostic in context.Diagnostics.Where(diagnostic => PackableTypes.In(solution, [diagnostic]).Any()))
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    Title,
                    cancellationToken => PackableTypes.MarkAsync(solution, [diagnostic], cancellationToken),
                    equivalenceKey: nameof(PackableFix)),
                diagnostic);
        }

        return Task.CompletedTask;
    }

    /// <summary>Marks each type once, however many methods send it.</summary>
    private sealed class AllTypes : FixAllProvider
    {
        public static readonly AllTypes Instance = new();

        public override async Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
        {
            List<Diagnostic> diagnostics = [];
            if (fixAllContext.Scope == FixAllScope.Document && fixAllContext.Document is { } document)
            {
                diagnostics.AddRange(await fixAllContext.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false));
            }
            else
            {
                IEnumerable<Project> projects = fixAllContext.Scope == FixAllScope.Solution ? fixAllContext.Solution.Projects : [fixAllContext.Project];
                foreach (Project project in projects)
                {
                    diagnostics.AddRange(await fixAllContext.GetAllDiagnosticsAsync(project).ConfigureAwait(false));
                }
            }

            return CodeAction.Create(
                Title,
                cancellationToken => PackableTypes.MarkAsync(fixAllContext.Solution, diagnostics, cancellationToken),
                equivalenceKey: nameof(PackableFix));
        }
    }
}
