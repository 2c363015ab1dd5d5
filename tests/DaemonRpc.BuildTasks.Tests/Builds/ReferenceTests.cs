namespace DaemonRpc.BuildTasks.Tests.Builds;

/// <summary>An executable, a library that it references, and the library behind that one, which names the package.</summary>
public sealed class ReferenceTests : IDisposable
{
    private readonly TestSolution _solution;
    private readonly TestProject _app;
    private readonly TestProject _middle;
    private readonly TestProject _contract;

    public ReferenceTests(PackedPackage package)
    {
        _solution = new TestSolution(package);
        _contract = _solution.AddLibrary("Contract", _solution.PackageReference);
        _middle = _solution.AddLibrary("Middle", _contract.Reference);
        _app = _solution.AddExecutable("App", _middle.Reference);
        _app.Build();
    }

    public void Dispose() => _solution.Dispose();

    [Fact]
    public void Executable_and_direct_user_are_stamped_but_not_the_library_between()
    {
        Assert.NotNull(_app.Stamp);
        Assert.NotNull(_contract.Stamp);
        Assert.Null(_middle.Stamp);
        Assert.False(File.Exists(_middle.KeptStamp));
    }

    [Fact]
    public void Implementation_only_change_of_a_referenced_project_restamps()
    {
        long? stamp = _app.Stamp;
        DateTime middleCompiled = _middle.CompiledAt;
        _contract.Edit("Library.cs", "=> 1", "=> 2");

        _app.Build("--no-restore");

        Assert.True(_app.Stamp > stamp);
        Assert.Equal(middleCompiled, _middle.CompiledAt);
    }
}
