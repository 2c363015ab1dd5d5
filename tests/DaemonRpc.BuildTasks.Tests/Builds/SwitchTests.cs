namespace DaemonRpc.BuildTasks.Tests.Builds;

public sealed class SwitchTests : IDisposable
{
    private readonly TestSolution _solution;

    public SwitchTests(PackedPackage package) => _solution = new TestSolution(package);

    public void Dispose() => _solution.Dispose();

    [Fact]
    public void Switched_off_it_stamps_checks_and_generates_nothing()
    {
        TestProject app = _solution.AddExecutable("App", properties: "<DaemonRpcEnabled>false</DaemonRpcEnabled>");

        app.Build("-p:CompilerApiVersion=roslyn4.14");
        string analyzers = app.Run("msbuild", "App", "-t:ResolveReferences;DaemonRpcRemoveGenerator", "-getItem:Analyzer").Succeeded().Output;

        Assert.Null(app.Stamp);
        Assert.False(File.Exists(app.KeptStamp));
        Assert.Contains("MemoryPack.Generator.dll", analyzers, StringComparison.Ordinal);
        Assert.DoesNotContain("DaemonRpc.Generators.dll", analyzers, StringComparison.Ordinal);
    }

    [Fact]
    public void Older_compiler_is_refused_and_an_unknown_one_is_not()
    {
        TestProject app = _solution.AddExecutable("App");

        app.TryBuild("-p:CompilerApiVersion=roslyn4.14").FailedWith("DRPC203");
        app.Build("--no-restore", "-p:CompilerApiVersion=unknown");
    }
}
