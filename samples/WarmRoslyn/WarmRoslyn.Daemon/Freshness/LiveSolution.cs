using CodeSearch.Platform;
using Microsoft.CodeAnalysis;
using WarmRoslyn.Contract;
using WarmRoslyn.Loading;

namespace WarmRoslyn.Freshness;

/// <summary>A solution that is brought up to date with its files before each answer.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>A changed source file is read again.</item>
/// <item>A new or deleted file has MSBuild say anew what the projects around it consist of.</item>
/// <item>A changed project, import, package or analyzer has the whole solution loaded anew.</item>
/// </list>
/// </remarks>
/// <param name="path">The solution's or project's file.</param>
/// <param name="changed">Is told the projects whose own files have changed.</param>
internal sealed class LiveSolution(string path, Action<ProjectId> changed) : IDisposable
{
    /// <summary>With more projects to load again, it is faster to load all.</summary>
    private const int MostReloads = 5;

    /// <summary>Steps of the clock that stamps files.</summary>
    private const long ClockStep = 20_000_000;

    private readonly Dictionary<string, KnownFile> _files = new(StringComparer.Ordinal);
    private SolutionLoader? _loader;
    private Solution? _solution;
    private SolutionFiles _layout = SolutionFiles.None;
    private HashSet<string> _listing = [];

    /// <summary>What could not be loaded, and why.</summary>
    public IEnumerable<CodeDiagnostic> Problems => (_loader?.Problems ?? []).Concat(_layout.Assets
        .Where(project => IsMissing(project.Value))
        .Select(project => new CodeDiagnostic(project.Key, null, 0, 0, Severity.Error, CodeDiagnostic.LoadFailed, "The project is not restored. Run 'dotnet restore'.")));

    /// <summary>Whether a file that is needed does not exist.</summary>
    public bool IsMissing(string file) => _files.TryGetValue(file, out KnownFile? known) && !known.Exists;

    /// <summary>The solution as the files are now.</summary>
    public async Task<Solution> RefreshAsync(ProgressReport report, CancellationToken cancellationToken)
    {
        if (_solution is null)
        {
            return await LoadAsync(report, cancellationToken);
        }

        HashSet<string> listing = _layout.List();
        List<string> comeOrGone = [.. listing.Except(_listing), .. _listing.Except(listing)];
        List<string> edited = [.. _files.Where(file => file.Value.Refresh()).Select(file => file.Key)];
        if (edited.Any(file => !_layout.IsText(file)) || comeOrGone.Any(BuildFile.Is))
        {
            return await LoadAsync(report, cancellationToken);
        }

        // Until all of it is done, the solution is not up to date: a call that is cancelled here leaves nothing, and the next one loads.
        Solution solution = _solution;
        _solution = null;
        HashSet<string> reloads = [.. comeOrGone.Concat(edited.Where(file => !_files[file].Exists)).SelectMany(file => _layout.ProjectsAround(file, solution))];
        if (reloads.Count > MostReloads || reloads.Count > 0 && Problems.Any())
        {
            return await LoadAsync(report, cancellationToken);
        }

        solution = edited.Aggregate(solution, WithEdited);
        foreach (string project in reloads)
        {
            report($"Loading project {Path.GetFileNameWithoutExtension(project)} again");
            solution = await _loader!.ReloadAsync(Forgotten(solution, project), project, cancellationToken);
        }

        _listing = listing;
        return _solution = reloads.Count > 0 ? Settled(solution) : solution;
    }

    public void Dispose() => _loader?.Dispose();

    private async Task<Solution> LoadAsync(ProgressReport report, CancellationToken cancellationToken)
    {
        while (true)
        {
            long start = FileStamp.Now();
            _solution = null;
            _loader?.Dispose();
            _loader = new SolutionLoader(path);
            Solution loaded = await OpenAsync(_loader, report, cancellationToken);
            _files.Clear();
            Solution solution = Settled(loaded);
            _listing = _layout.List();
            if (!_layout.BuildFiles.Any(file => _files[file].IsChangedSince(start + ClockStep)))
            {
                return _solution = solution;
            }
        }
    }

    private async Task<Solution> OpenAsync(SolutionLoader loader, ProgressReport report, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new Problem($"{path} does not exist.").ToException();
        }

        try
        {
            Solution solution = await loader.LoadAsync(report, cancellationToken);
            return solution.ProjectIds.Count > 0
                ? solution
                : throw new Problem($"{path} has no C# project that can be loaded. {string.Join(' ', loader.Problems.Select(problem => problem.Message))}".TrimEnd()).ToException();
        }
        catch (Exception e) when (e is not (OperationCanceledException or DaemonRpc.DaemonFaultException<Problem>))
        {
            // MSBuild and the reader of solutions throw what they like: it is the user's file that is at fault.
            throw new Problem($"{path} cannot be loaded: {e.Message}").ToException();
        }
    }

    /// <summary>Takes over what was read: the texts, which the compiler would read at a time of its own, and the list of files to look after.</summary>
    private Solution Settled(Solution solution)
    {
        _layout = SolutionFiles.Of(path, solution, file => Known(file).Text.ToString());
        foreach (string file in _layout.All)
        {
            _ = Known(file);
        }

        foreach (string file in _files.Keys.Except(_layout.All).ToList())
        {
            _ = _files.Remove(file);
        }

        return _layout.Texts.Aggregate(solution, (settled, file) => WithText(settled, file));
    }

    private Solution Forgotten(Solution solution, string projectFile)
    {
        solution.Projects.Where(project => project.FilePath == projectFile).ToList().ForEach(project => changed(project.Id));
        return solution;
    }

    private Solution WithEdited(Solution solution, string file)
    {
        foreach (DocumentId document in solution.GetDocumentIdsWithFilePath(file))
        {
            changed(document.ProjectId);
        }

        return WithText(solution, file);
    }

    private Solution WithText(Solution solution, string file)
    {
        foreach (DocumentId id in solution.GetDocumentIdsWithFilePath(file))
        {
            solution = solution.GetDocument(id) is not null ? solution.WithDocumentText(id, Known(file).Text)
                : solution.GetAdditionalDocument(id) is not null ? solution.WithAdditionalDocumentText(id, Known(file).Text)
                : solution.WithAnalyzerConfigDocumentText(id, Known(file).Text);
        }

        return solution;
    }

    private KnownFile Known(string file)
    {
        if (!_files.TryGetValue(file, out KnownFile? known))
        {
            _files.Add(file, known = new KnownFile(file));
        }

        return known;
    }
}
