using WarmRoslyn.Tests.Infrastructure;

namespace WarmRoslyn.Tests.RandomEdits;

/// <summary>A solution that changes at random, as one that several people and tools work on.</summary>
internal sealed class RandomSolution
{
    private readonly Random _random;
    private readonly TestSolution _solution;
    private readonly FreshCompiler _fresh;
    private readonly string[] _projects;
    private readonly List<RandomClass> _classes = [];
    private readonly Dictionary<string, string> _properties = [];
    private readonly HashSet<string> _alone = [];
    private int _lastName;

    public RandomSolution(Random random, TestSolution solution, FreshCompiler fresh, string[] projects)
    {
        (_random, _solution, _fresh, _projects) = (random, solution, fresh, projects);
        for (int file = 0; file < 8; file++)
        {
            _ = AddFile();
        }
    }

    /// <summary>What has been done, for whom it may concern.</summary>
    public List<string> Log { get; } = [];

    /// <summary>The projects that a build comes to: not those that need one with errors.</summary>
    public IEnumerable<string> Reached(Func<string, bool> hasErrors)
    {
        bool isHeld = false;
        foreach (string project in _projects)
        {
            isHeld &= !_alone.Contains(project);
            if (!isHeld)
            {
                yield return project;
            }

            isHeld |= hasErrors(project);
        }
    }

    /// <summary>Makes one edit, of all kinds that come to mind.</summary>
    public async Task EditAsync()
    {
        RandomClass any = _classes[_random.Next(_classes.Count)];
        Log.Add(_random.Next(20) switch
        {
            < 6 => Rewrite(any, "body", () => any.ChangeBody(_random, _classes)),
            < 10 => Rewrite(any, "signature", () => any.ChangeSignature(_random)),
            10 => Rewrite(any, "syntax", () => any.Break(_random)),
            11 => RewriteUnnoticed(any),
            12 or 13 => AddFile(),
            14 => DeleteFile(any),
            15 => RenameFile(any),
            16 => Touch(any),
            17 => ChangeProject(),
            18 => ChangeShared(),
            _ => await ChangeReferenceAsync(),
        });
    }

    private string Rewrite(RandomClass file, string what, Action change)
    {
        change();
        _ = _solution.Write(file.File, file.ToString());
        return $"{file.File}: {what}";
    }

    /// <summary>As many bytes as before, and a time that says that nothing was written.</summary>
    private string RewriteUnnoticed(RandomClass file)
    {
        string path = _solution.PathOf(file.File);
        DateTime time = File.GetLastWriteTimeUtc(path);
        string text = File.ReadAllText(path);
        File.WriteAllText(path, text.Contains("return a", StringComparison.Ordinal) ? text.Replace("return a", "return b", StringComparison.Ordinal) : text.Replace("return b", "return a", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(path, time);
        return $"{file.File}: same size and time";
    }

    private string Touch(RandomClass file)
    {
        File.SetLastWriteTimeUtc(_solution.PathOf(file.File), DateTime.UtcNow);
        return $"{file.File}: touch";
    }

    private string AddFile()
    {
        // Now and then a name that exists.
        string project = _projects[_random.Next(_projects.Length)];
        var added = new RandomClass(project, $"C{(_random.Next(6) == 0 ? _lastName : ++_lastName)}") { };
        added.File = _random.Next(2) == 0 ? added.File : $"{project}/Sub{_random.Next(3)}/{added.Name}_{_classes.Count}.cs";
        _ = _classes.RemoveAll(old => old.File == added.File);
        _classes.Add(added);
        added.AddMethods(_random, _classes);
        _fresh.Forget(project);
        _ = _solution.Write(added.File, added.ToString());
        return $"{added.File}: new";
    }

    private string DeleteFile(RandomClass file)
    {
        if (_classes.Count < 4)
        {
            return "nothing";
        }

        _ = _classes.Remove(file);
        _fresh.Forget(file.Project);
        File.Delete(_solution.PathOf(file.File));
        return $"{file.File}: deleted";
    }

    private string RenameFile(RandomClass file)
    {
        string old = file.File;
        file.File = $"{file.Project}/Moved{++_lastName}.cs";
        _fresh.Forget(file.Project);
        File.Move(_solution.PathOf(old), _solution.PathOf(file.File));
        return $"{old}: moved to {file.File}";
    }

    private string ChangeProject()
    {
        string project = _projects[_random.Next(_projects.Length)];
        _properties[project] = Properties();
        WriteProject(project);
        return $"{project}: {_properties[project]}";
    }

    private string ChangeShared()
    {
        string properties = _random.Next(2) == 0 ? "" : $"<PropertyGroup>{Properties()}</PropertyGroup>";
        _ = _solution.Write("Directory.Build.targets", $"<Project>{properties}</Project>");
        _fresh.ForgetAll();
        return $"all: {properties}";
    }

    private async Task<string> ChangeReferenceAsync()
    {
        int project = _random.Next(1, _projects.Length);
        bool refers = _random.Next(3) > 0;
        _ = refers ? _alone.Remove(_projects[project]) : _alone.Add(_projects[project]);
        WriteProject(_projects[project]);
        await _solution.RestoreAsync();
        _fresh.ForgetAll();
        return $"{_projects[project]}: refers to {(refers ? _projects[project - 1] : "nothing")}";
    }

    private void WriteProject(string project)
    {
        int index = Array.IndexOf(_projects, project);
        _fresh.ForgetAll();
        _ = _solution.Write($"{project}/{project}.csproj", TestSolution.ProjectText(index > 0 && !_alone.Contains(project) ? _projects[index - 1] : null, _properties.GetValueOrDefault(project, "")));
    }

    private string Properties() => string.Concat(
        Perhaps("<Nullable>enable</Nullable>"),
        Perhaps("<DefineConstants>$(DefineConstants);FLAG</DefineConstants>"),
        Perhaps("<NoWarn>$(NoWarn);CS0168</NoWarn>"),
        Perhaps("<WarningsAsErrors>CS0168;CS8602;CS0612</WarningsAsErrors>"),
        Perhaps("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>"),
        Perhaps("<GenerateDocumentationFile>true</GenerateDocumentationFile>"));

    private string Perhaps(string property) => _random.Next(2) == 0 ? property : "";
}
