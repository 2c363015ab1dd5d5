using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Rename;
using Microsoft.CodeAnalysis.Text;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Queries;

/// <summary>Finds out what a new name would change, and whether it would compile.</summary>
internal static class Renaming
{
    public static async Task<RenamePlan> PlanAsync(Solution solution, string name, string newName, ProgressReport report, CancellationToken cancellationToken)
    {
        if (!SyntaxFacts.IsValidIdentifier(newName))
        {
            throw new Problem($"'{newName}' is no name in C#.").ToException();
        }

        ISymbol symbol = await FindOneAsync(solution, name, cancellationToken);
        report($"Renaming {symbol.Name}");
        Solution renamed = await Renamer.RenameSymbolAsync(solution, symbol, new SymbolRenameOptions(), newName, cancellationToken);
        List<ProjectChanges> changes = [.. renamed.GetChanges(solution).GetProjectChanges()];
        List<FilePatch> patches = [];
        foreach (DocumentId id in changes.SelectMany(project => project.GetChangedDocuments()))
        {
            Document document = renamed.GetDocument(id)!;
            if (document.FilePath is not null && patches.TrueForAll(patch => patch.Path != document.FilePath))
            {
                SourceText before = await solution.GetDocument(id)!.GetTextAsync(cancellationToken);
                patches.Add(new FilePatch(document.FilePath, UnifiedDiff.Hunks(before, await document.GetTextAsync(cancellationToken))));
            }
        }

        report("Compiling with the new name");
        CodeDiagnostic[] errors = await NewErrorsAsync(changes, cancellationToken);
        return new RenamePlan(Descriptions.NameOf(symbol), [.. patches.OrderBy(patch => patch.Path, StringComparer.Ordinal)], errors);
    }

    private static async Task<ISymbol> FindOneAsync(Solution solution, string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<ISymbol> found = await SymbolSearch.FindAsync(solution, name, cancellationToken);
        if (found.Count > 1)
        {
            IEnumerable<string> candidates = found.SelectMany(Descriptions.Of).Select(symbol => $"  {symbol.Path}:{symbol.Line}:{symbol.Column}  {symbol.Kind} {symbol.Name}");
            throw new Problem($"'{name}' fits several symbols. Name one by its place:\n{string.Join('\n', candidates)}").ToException();
        }

        return found[0].Locations.Any(location => location.IsInSource)
            ? found[0]
            : throw new Problem($"'{Descriptions.NameOf(found[0])}' is not declared in the solution's source.").ToException();
    }

    // A project with a changed file shows what the new name breaks. Errors that were there before are compared without their place, which may have moved.
    private static async Task<CodeDiagnostic[]> NewErrorsAsync(List<ProjectChanges> changes, CancellationToken cancellationToken)
    {
        List<CodeDiagnostic> errors = [];
        foreach (ProjectChanges project in changes)
        {
            List<CodeDiagnostic> before = await ErrorsAsync(project.OldProject, cancellationToken);
            List<CodeDiagnostic> after = await ErrorsAsync(project.NewProject, cancellationToken);
            errors.AddRange(after.Where(error => !before.Exists(old => old with { Column = error.Column } == error)));
        }

        return [.. errors];
    }

    private static async Task<List<CodeDiagnostic>> ErrorsAsync(Project project, CancellationToken cancellationToken)
    {
        Compilation compilation = (await project.GetCompilationAsync(cancellationToken))!;
        return [.. compilation.GetDiagnostics(cancellationToken)
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => Descriptions.Of(project, diagnostic))];
    }
}
