using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Compiling;

/// <summary>Compiles what has changed since the last time, and remembers what the compiler said of the rest.</summary>
internal sealed class WarmCompiler
{
    private readonly Dictionary<ProjectId, CompiledProject> _compiled = [];

    /// <summary>Has a project compiled again the next time.</summary>
    public void Forget(ProjectId project) => _compiled.Remove(project);

    /// <summary>The diagnostics of the projects that are wanted, project by project.</summary>
    public async IAsyncEnumerable<CodeDiagnostic> CompileAsync(
        Solution solution,
        ProjectChoice choice,
        bool withAnalyzers,
        Func<string, bool> isMissing,
        ProgressReport report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (ProjectId gone in _compiled.Keys.Where(project => !solution.ContainsProject(project)).ToList())
        {
            Forget(gone);
        }

        ProjectDependencyGraph graph = solution.GetProjectDependencyGraph();
        foreach ((int index, Project project) in choice.Needed.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            void Report(string doing) => report($"{doing} project {index + 1} of {choice.Needed.Count} ({project.Name})", (double)index / choice.Needed.Count);

            Dictionary<ProjectId, Surface> needs = graph.GetProjectsThatThisProjectTransitivelyDependsOn(project.Id).ToDictionary(id => id, id => _compiled[id].Surface);
            if (!_compiled.TryGetValue(project.Id, out CompiledProject? compiled) || !compiled.IsCurrent(needs))
            {
                Report("Compiling");
                _compiled[project.Id] = compiled = await ProjectCompiler.CompileAsync(project, needs, isMissing, cancellationToken);
            }

            bool isWanted = choice.Wanted.Contains(project.Id);
            if (withAnalyzers && isWanted && compiled.AnalyzerDiagnostics is null)
            {
                Report("Analyzing");
                _compiled[project.Id] = compiled = compiled with { AnalyzerDiagnostics = await ProjectAnalyzer.AnalyzeAsync(project, needs, cancellationToken) };
            }

            IEnumerable<CodeDiagnostic> analyzed = withAnalyzers ? compiled.AnalyzerDiagnostics ?? [] : [];
            foreach (CodeDiagnostic diagnostic in isWanted ? Ordered(compiled.Diagnostics.Concat(analyzed)) : [])
            {
                yield return diagnostic;
            }
        }
    }

    private static IEnumerable<CodeDiagnostic> Ordered(IEnumerable<CodeDiagnostic> diagnostics) => diagnostics
        .OrderBy(diagnostic => diagnostic.Path, StringComparer.Ordinal)
        .ThenBy(diagnostic => diagnostic.Line)
        .ThenBy(diagnostic => diagnostic.Column);
}
