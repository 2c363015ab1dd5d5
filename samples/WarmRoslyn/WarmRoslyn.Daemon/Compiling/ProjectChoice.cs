using Microsoft.CodeAnalysis;
using WarmRoslyn.Contract;

namespace WarmRoslyn.Compiling;

/// <summary>The projects that a question is about, and those that they need, in the order of a build.</summary>
internal sealed record ProjectChoice(IReadOnlyList<Project> Needed, IReadOnlySet<ProjectId> Wanted)
{
    /// <summary>Finds the projects with a name or file, one for each of its target frameworks; all without a name.</summary>
    public static ProjectChoice Of(Solution solution, string? name)
    {
        ProjectDependencyGraph graph = solution.GetProjectDependencyGraph();
        HashSet<ProjectId> wanted = [.. solution.Projects.Where(project => name is null || IsCalled(project, name)).Select(project => project.Id)];
        if (wanted.Count == 0)
        {
            throw new Problem($"The solution has no C# project '{name}'.").ToException();
        }

        HashSet<ProjectId> needed = [.. wanted, .. wanted.SelectMany(graph.GetProjectsThatThisProjectTransitivelyDependsOn)];
        return new ProjectChoice([.. graph.GetTopologicallySortedProjects().Where(needed.Contains).Select(id => solution.GetProject(id)!)], wanted);
    }

    private static bool IsCalled(Project project, string name) =>
        project.Name == name || project.Name.StartsWith(name + "(", StringComparison.Ordinal) || project.FilePath == name || Path.GetFileName(project.FilePath) == name;
}
