namespace DaemonRpc.BuildTasks.Tests.Builds;

public sealed class MemoryPackWarningsTests : IDisposable
{
    private readonly TestSolution _solution;
    private readonly TestProject _app;

    public MemoryPackWarningsTests(PackedPackage package)
    {
        _solution = new TestSolution(package);
        TestProject other = _solution.AddLibrary("Other", "");
        other.Write("Library.cs", """public static class Other { public static object? Of(string name) => System.Type.GetType(name); }""");
        _app = _solution.AddExecutable("App", _solution.PackageReference + other.Reference, "<PublishAot>true</PublishAot>");
        _app.Write("Program.cs", """
            using MemoryPack;
            System.Console.WriteLine(MemoryPackSerializer.Deserialize<Hit>(MemoryPackSerializer.Serialize(new Hit(1))) + $"{Other.Of("A")}");
            [MemoryPackable] public partial record Hit(int Line);
            """);
    }

    public void Dispose() => _solution.Dispose();

    [Fact]
    public void Native_publish_keeps_quiet_about_memorypack_and_not_about_others()
    {
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(PackedPackage.RestoredPackages, "microsoft.dotnet.ilcompiler")),
            "The Native AOT compiler is not among this repository's restored packages.");

        string output = _app.Run("publish", "App", "--use-current-runtime").Succeeded().Output;

        Assert.DoesNotContain("MemoryPack.Core", output, StringComparison.Ordinal);
        Assert.Contains("warning IL2057: Other.Of", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-p:DaemonRpcCleanMemoryPackWarnings=false")]
    [InlineData("-p:TrimmerSingleWarn=true")]
    [InlineData("-p:PublishAot=false")]
    public void Codes_are_not_silenced_when(string setting)
    {
        _app.Run("restore", "App").Succeeded();

        string silenced = _app.Run("msbuild", "App", setting, "-getProperty:NoWarn").Succeeded().Output;

        Assert.DoesNotContain("IL2104", silenced, StringComparison.Ordinal);
    }
}
