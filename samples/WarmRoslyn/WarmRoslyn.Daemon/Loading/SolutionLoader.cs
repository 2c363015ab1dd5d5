using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.MSBuild;
using Microsoft.VisualStudio.SolutionPersistence;
using Microsoft.VisualStudio.SolutionPersistence.Serializer;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Loading;

/// <summary>Asks MSBuild what the projects consist of. MSBuild runs in a process of its own while it is asked, and only then.</summary>
internal sealed class SolutionLoader : IDisposable
{
    private readonly MSBuildWorkspace _workspace = MSBuildWorkspace.Create();
    private readonly WorkspaceEventRegistration _registration;
    private readonly AnalyzerLoader _analyzers;
    private readonly List<CodeDiagnostic> _problems = [];
    private readonly string _path;

    public SolutionLoader(string path)
    {
        _path = path;
        _analyzers = new AnalyzerLoader(Path.GetDirectoryName(path)!);
        _registration = _workspace.RegisterWorkspaceFailedHandler(failure => Add(failure.Diagnostic));
    }

    /// <summary>What went wrong so far, in the words of MSBuild.</summary>
    public IReadOnlyList<CodeDiagnostic> Problems
    {
        get
        {
            lock (_problems)
            {
                return [.. _problems.Distinct()];
            }
        }
    }

    /// <summary>Loads everything.</summary>
    public async Task<Solution> LoadAsync(ProgressReport report, CancellationToken cancellationToken)
    {
        OrphanedHosts.End();
        bool isProject = _path.EndsWith("proj", StringComparison.OrdinalIgnoreCase);
        var progress = new LoadProgress(report, isProject ? null : await CountProjectsAsync(cancellationToken));
        Solution solution = isProject
            ? (await _workspace.OpenProjectAsync(_path, progress, cancellationToken)).Solution
            : await _workspace.OpenSolutionAsync(_path, progress, cancellationToken);
        return solution.Projects.Aggregate(solution, (changed, project) => changed.WithProjectAnalyzerReferences(project.Id, project.AnalyzerReferences.Select(_analyzers.Own)));
    }

    /// <summary>Loads one project file again, and puts what it has become in its place.</summary>
    public async Task<Solution> ReloadAsync(Solution solution, string projectFile, CancellationToken cancellationToken)
    {
        Dictionary<string, ProjectId> old = solution.Projects.Where(project => project.FilePath == projectFile).ToDictionary(project => project.Name, project => project.Id);
        solution = old.Values.Aggregate(solution, (changed, id) => changed.RemoveProject(id));
        var loader = new MSBuildProjectLoader(_workspace);
        foreach (ProjectInfo loaded in await loader.LoadProjectInfoAsync(projectFile, ProjectMap.Create(solution), cancellationToken: cancellationToken))
        {
            solution = solution.AddProject(loaded.WithAnalyzerReferences(loaded.AnalyzerReferences.Select(_analyzers.Own)));
            if (old.TryGetValue(loaded.Name, out ProjectId? id))
            {
                solution = Redirect(solution, id, loaded.Id);
            }
        }

        return solution;
    }

    public void Dispose()
    {
        _registration.Dispose();
        _workspace.Dispose();
    }

    /// <summary>Has the projects that refer to one refer to another, in the same order.</summary>
    private static Solution Redirect(Solution solution, ProjectId from, ProjectId to)
    {
        foreach (Project project in solution.Projects.Where(project => project.AllProjectReferences.Any(reference => reference.ProjectId == from)))
        {
            solution = solution.WithProjectReferences(project.Id, project.AllProjectReferences.Select(reference =>
                reference.ProjectId == from ? new ProjectReference(to, reference.Aliases, reference.EmbedInteropTypes) : reference));
        }

        return solution;
    }

    private async Task<int?> CountProjectsAsync(CancellationToken cancellationToken)
    {
        ISolutionSerializer serializer = SolutionSerializers.GetSerializerByMoniker(_path)
            ?? throw new Problem($"{_path} is neither a solution nor a project.").ToException();
        return (await serializer.OpenAsync(_path, cancellationToken)).SolutionProjects.Count;
    }

    private void Add(WorkspaceDiagnostic diagnostic)
    {
        // That a solution has projects of other languages is no error of its C# projects.
        bool isOfOtherLanguage = diagnostic.Message.Contains("is not associated with a language", StringComparison.Ordinal);
        Severity severity = diagnostic.Kind == WorkspaceDiagnosticKind.Failure && !isOfOtherLanguage ? Severity.Error : Severity.Warning;
        lock (_problems)
        {
            _problems.Add(new CodeDiagnostic(Path.GetFileNameWithoutExtension(_path), null, 0, 0, severity, CodeDiagnostic.LoadFailed, diagnostic.Message));
        }
    }

    private sealed class LoadProgress(ProgressReport report, int? count) : IProgress<ProjectLoadProgress>
    {
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

        public void Report(ProjectLoadProgress value)
        {
            lock (_seen)
            {
                if (_seen.Add(value.FilePath))
                {
                    string name = Path.GetFileNameWithoutExtension(value.FilePath);
                    report(
                        count is null ? $"Loading project {name}" : $"Loading project {_seen.Count} of {count} ({name})",
                        count is null ? null : Math.Min(1, (double)_seen.Count / count.Value));
                }
            }
        }
    }
}
