using System.Globalization;

namespace DaemonRpc.Packed;

/// <summary>One real project, and what its last build left behind.</summary>
internal sealed class TestProject(TemporaryFolder solution, string name)
{
    private const string Visible = "build_property.DaemonRpcBuildTimestampTicks = ";

    public string Reference => $"""<ProjectReference Include="../{name}/{name}.csproj" />""";

    public string Assembly => File("obj/Debug/net10.0", $"{name}.dll");

    public string KeptStamp => File("obj/Debug/net10.0", "DaemonRpc.stamp");

    /// <summary>When the compiler last wrote the assembly.</summary>
    public DateTime CompiledAt => System.IO.File.GetLastWriteTimeUtc(Assembly);

    /// <summary>The timestamp as the compiler saw it; null when it saw none.</summary>
    public long? Stamp
    {
        get
        {
            string[] visible = System.IO.File.ReadAllLines(File("obj/Debug/net10.0", $"{name}.GeneratedMSBuildEditorConfig.editorconfig"));
            string? value = visible.SingleOrDefault(line => line.StartsWith(Visible, StringComparison.Ordinal))?[Visible.Length..];
            return string.IsNullOrEmpty(value) ? null : long.Parse(value, CultureInfo.InvariantCulture);
        }
    }

    public void Write(string file, string text) => solution.Write(Path.Combine(name, file), text);

    public void Edit(string file, string from, string to)
    {
        string text = System.IO.File.ReadAllText(File(file));
        Assert.Contains(from, text, StringComparison.Ordinal);
        Write(file, text.Replace(from, to, StringComparison.Ordinal));
    }

    public CommandRun TryBuild(params string[] arguments) => Run(["build", name, .. arguments]);

    public void Build(params string[] arguments) => TryBuild(arguments).Succeeded();

    public void BuildAt(string sourceDateEpoch) =>
        DotNet.Run(solution.Path, ["build", name], ("SOURCE_DATE_EPOCH", sourceDateEpoch)).Succeeded();

    /// <summary>Asks for the compiler's command line as an editor does, compiling nothing.</summary>
    public void BuildForEditor() => Run(
        [
            "msbuild", name, "-t:Compile", "-p:DesignTimeBuild=true", "-p:BuildingInsideVisualStudio=true",
            "-p:BuildProjectReferences=false", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true",
        ]).Succeeded();

    public void Clean() => Run(["clean", name]).Succeeded();

    public CommandRun Run(params string[] arguments) => DotNet.Run(solution.Path, arguments);

    private string File(params string[] parts) => Path.Combine([solution.Path, name, .. parts]);
}
