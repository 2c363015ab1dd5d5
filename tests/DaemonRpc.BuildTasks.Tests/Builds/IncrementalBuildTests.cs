namespace DaemonRpc.BuildTasks.Tests.Builds;

/// <summary>Builds one executable again after various changes.</summary>
public sealed class IncrementalBuildTests(IncrementalBuildTests.BuiltExecutable built) : IClassFixture<IncrementalBuildTests.BuiltExecutable>
{
    private readonly TestProject _app = built.App;

    [Fact]
    public void Second_build_compiles_nothing()
    {
        (long? stamp, DateTime compiled) = Build();

        Assert.NotNull(stamp);
        Assert.Equal((stamp, compiled), Build());
    }

    [Fact]
    public void Design_time_build_between_does_not_recompile()
    {
        (long? stamp, DateTime compiled) = Build();

        _app.BuildForEditor();

        Assert.Equal(stamp, _app.Stamp);
        Assert.Equal((stamp, compiled), Build());
    }

    [Fact]
    public void Design_time_build_of_an_edited_source_sees_and_leaves_the_kept_stamp()
    {
        (long? stamp, _) = Build();
        string kept = File.ReadAllText(_app.KeptStamp);
        _app.Write("Edited.cs", "class EditedNow;");

        _app.BuildForEditor();

        Assert.Equal(stamp, _app.Stamp);
        Assert.Equal(kept, File.ReadAllText(_app.KeptStamp));
    }

    [Fact]
    public void Changed_source_restamps()
    {
        (long? stamp, DateTime compiled) = Build();

        _app.Write("Changed.cs", $"class Changed{stamp};");

        AssertLater((stamp, compiled), Build());
    }

    [Fact]
    public void Touched_source_is_compiled_to_the_same_stamp()
    {
        (long? stamp, _) = Build();

        File.SetLastWriteTimeUtc(_app.Assembly, DateTime.UnixEpoch);

        (long? again, DateTime recompiled) = Build();
        Assert.Equal(stamp, again);
        Assert.NotEqual(DateTime.UnixEpoch, recompiled);
    }

    [Fact]
    public void Changed_project_file_restamps()
    {
        (long? stamp, DateTime compiled) = Build();

        _app.Edit("App.csproj", "</Project>", $"<!-- {stamp} --></Project>");

        AssertLater((stamp, compiled), Build());
    }

    [Fact]
    public void Other_defines_restamp()
    {
        (long? stamp, DateTime compiled) = Build();

        AssertLater((stamp, compiled), Build("-p:DefineConstants=OTHER"));
    }

    [Fact]
    public void Clean_forgets_the_stamp()
    {
        (long? stamp, _) = Build();

        _app.Clean();

        Assert.False(File.Exists(_app.KeptStamp));
        Assert.True(Build().Stamp > stamp);
    }

    private static void AssertLater((long? Stamp, DateTime Compiled) before, (long? Stamp, DateTime Compiled) after)
    {
        Assert.True(after.Stamp > before.Stamp);
        Assert.True(after.Compiled > before.Compiled);
    }

    private (long? Stamp, DateTime Compiled) Build(params string[] arguments)
    {
        // Restored by the fixture; only the first build of the class has more to do than to look.
        _app.Build(["--no-restore", .. arguments]);
        return (_app.Stamp, _app.CompiledAt);
    }

    public sealed class BuiltExecutable : IDisposable
    {
        private readonly TestSolution _solution;

        public BuiltExecutable(PackedPackage package)
        {
            _solution = new TestSolution(package);
            App = _solution.AddExecutable("App");
            App.Build();
        }

        internal TestProject App { get; }

        public void Dispose() => _solution.Dispose();
    }
}
