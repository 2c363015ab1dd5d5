using Microsoft.CodeAnalysis;

namespace WarmRoslyn.Freshness;

/// <summary>The files that the answers about a loaded solution depend on, and the folders in which new ones may appear.</summary>
internal sealed class SolutionFiles
{
    private readonly HashSet<string> _outputs;
    private readonly string[] _roots;
    private readonly HashSet<string> _texts;
    private readonly HashSet<string> _farReaching;

    private SolutionFiles(string[] roots, HashSet<string> outputs, HashSet<string> texts, HashSet<string> buildFiles, HashSet<string> farReaching)
    {
        (_roots, _outputs, _texts, BuildFiles, _farReaching) = (roots, outputs, texts, buildFiles, farReaching);
    }

    public static SolutionFiles None { get; } = new([], [], [], [], []);

    /// <summary>What NuGet wrote about the packages of each project, by the project's name. Without it, a project can be loaded, but not built.</summary>
    public IReadOnlyDictionary<string, string> Assets { get; private init; } = new Dictionary<string, string>();

    /// <summary>What is compiled, and what configures it file by file.</summary>
    public IReadOnlyCollection<string> Texts => _texts;

    /// <summary>Everything else: a change may change anything.</summary>
    public HashSet<string> BuildFiles { get; }

    public IEnumerable<string> All => _texts.Concat(BuildFiles);

    public bool IsText(string file) => _texts.Contains(file);

    /// <summary>The files that there are now in the folders of the solution.</summary>
    public HashSet<string> List() => FileListing.Of(_roots, _outputs);

    /// <summary>The project files that may have taken in a file that has come or gone.</summary>
    public IEnumerable<string> ProjectsAround(string file, Solution solution) => solution.Projects
        .Where(project => IsBelow(file, Path.GetDirectoryName(project.FilePath!)!)
            || _farReaching.Contains(project.FilePath!)
            || solution.GetDocumentIdsWithFilePath(file).Any(document => document.ProjectId == project.Id))
        .Select(project => project.FilePath!);

    /// <summary>Looks at a solution that was just loaded.</summary>
    public static SolutionFiles Of(string path, Solution solution, Func<string, string> read)
    {
        string[] folders = [.. solution.Projects.Select(project => Path.GetDirectoryName(project.FilePath!)!).Append(Path.GetDirectoryName(path)!).Distinct()];
        string[] roots = [.. folders.Where(folder => !folders.Any(other => IsBelow(folder, other)))];
        HashSet<string> outputs = [.. folders.SelectMany(folder => new[] { Path.Combine(folder, "bin"), Path.Combine(folder, "obj") })];
        HashSet<string> texts = [.. solution.Projects.SelectMany(TextsOf)];

        HashSet<string> buildFiles = [path, .. roots.SelectMany(BuildFile.Above), .. FileListing.Of(roots, outputs).Where(BuildFile.Is)];
        buildFiles.UnionWith(solution.Projects.SelectMany(ReferencesOf));
        buildFiles.ExceptWith(texts);
        HashSet<string> farReaching = WithImports(buildFiles, read);
        return new SolutionFiles(roots, outputs, texts, buildFiles, IsShared(farReaching) ? [.. solution.Projects.Select(project => project.FilePath!)] : farReaching)
        {
            Assets = solution.Projects.ToDictionary(project => project.Name, project => RestoredOf(project).First()),
        };

        bool IsShared(HashSet<string> files) => files.Any(file => solution.Projects.All(project => project.FilePath != file));
    }

    private static IEnumerable<string> TextsOf(Project project) =>
        project.Documents.Concat(project.AdditionalDocuments).Concat(project.AnalyzerConfigDocuments).Select(document => document.FilePath).OfType<string>();

    private static IEnumerable<string> ReferencesOf(Project project)
    {
        IEnumerable<string?> references = [
            .. project.MetadataReferences.OfType<PortableExecutableReference>().Select(reference => reference.FilePath),
            .. project.AnalyzerReferences.Select(reference => reference.FullPath)];
        return references.OfType<string>().Concat(RestoredOf(project));
    }

    /// <summary>What NuGet wrote about the project's packages.</summary>
    private static IEnumerable<string> RestoredOf(Project project)
    {
        string file = project.FilePath!;
        string? folder = Path.Combine(Path.GetDirectoryName(file)!, "obj");
        foreach (TextDocument config in project.AnalyzerConfigDocuments.Where(config => config.FilePath?.EndsWith("GeneratedMSBuildEditorConfig.editorconfig", StringComparison.Ordinal) == true))
        {
            // It is somewhere below the folder, which a project may have moved.
            for (string? above = Path.GetDirectoryName(config.FilePath); above is not null; above = Path.GetDirectoryName(above))
            {
                folder = File.Exists(Path.Combine(above, "project.assets.json")) ? above : folder;
            }
        }

        string name = Path.GetFileName(file);
        return [Path.Combine(folder, "project.assets.json"), Path.Combine(folder, $"{name}.nuget.g.props"), Path.Combine(folder, $"{name}.nuget.g.targets")];
    }

    /// <summary>Adds what the build files import. Returns those of them that reach for files far away.</summary>
    private static HashSet<string> WithImports(HashSet<string> buildFiles, Func<string, string> read)
    {
        HashSet<string> farReaching = [];
        Queue<string> unread = new(buildFiles);
        while (unread.TryDequeue(out string? file))
        {
            if (Path.GetExtension(file) is not (".csproj" or ".props" or ".targets" or ".projitems"))
            {
                continue;
            }

            string text = read(file);
            if (BuildFile.ReachesFar(text) && !file.Contains("/obj/", StringComparison.Ordinal))
            {
                _ = farReaching.Add(file);
            }

            foreach (string import in BuildFile.ImportsOf(file, text).Where(buildFiles.Add))
            {
                unread.Enqueue(import);
            }
        }

        return farReaching;
    }

    private static bool IsBelow(string path, string folder) =>
        path.Length > folder.Length && path.StartsWith(folder, StringComparison.Ordinal) && (path[folder.Length] == Path.DirectorySeparatorChar || folder is "/");
}
