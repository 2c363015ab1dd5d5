using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace DaemonRpc.CodeFixes;

/// <summary>Writes the contracts of a project, as they are now, into its contract file.</summary>
/// <remarks>The analyzer has written the file's text into the diagnostic. The text is the same for all diagnostics of a project.</remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ContractFileFix))]
[Shared]
public sealed class ContractFileFix : CodeFixProvider
{
    private const string FileName = "DaemonRpc.Contract.txt";
    private const string NextText = "text";
    private const string Title = $"Update {FileName}";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [FixedIds.ContractGrows, FixedIds.ContractBreaks, FixedIds.MethodIsMissing];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => AllContracts.Instance;

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Project project = context.Document.Project;
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            context.RegisterCodeFix(
                CodeAction.Create(Title, _ => Task.FromResult(Update(project.Solution, project.Id, [diagnostic])), equivalenceKey: nameof(ContractFileFix)),
                diagnostic);
        }

        return Task.CompletedTask;
    }

    private static Solution Update(Solution solution, ProjectId project, IEnumerable<Diagnostic> diagnostics)
    {
        TextDocument? file = solution.GetProject(project)?.AdditionalDocuments.FirstOrDefault(static document => Path.GetFileName(document.FilePath ?? document.Name) == FileName);
        string? text = diagnostics.Select(static diagnostic => diagnostic.Properties.TryGetValue(NextText, out string? text) ? text : null).FirstOrDefault(static text => text is not null);
        return file is null || text is null ? solution : solution.WithAdditionalDocumentText(file.Id, SourceText.From(text));
    }

    private sealed class AllContracts : FixAllProvider
    {
        public static readonly AllContracts Instance = new();

        public override async Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
        {
            Solution solution = fixAllContext.Solution;
            foreach (Project project in fixAllContext.Scope == FixAllScope.Solution ? solution.Projects : [fixAllContext.Project])
            {
                solution = Update(solution, project.Id, await fixAllContext.GetAllDiagnosticsAsync(project).ConfigureAwait(false));
            }

            return CodeAction.Create(Title, _ => Task.FromResult(solution), equivalenceKey: nameof(ContractFileFix));
        }
    }
}
