namespace DaemonRpc.BuildTasks.Tests.Builds;

/// <summary>A record that only a private member of a library's record mentions. The library's reference assembly does not have that member.</summary>
public sealed class HiddenMemberTests(PackedPackage package) : IDisposable
{
    private const string Records = """
        using MemoryPack;
        [MemoryPackable] public partial class Outer { [MemoryPackInclude] private System.Collections.Generic.SortedList<int, Box<Inner>> _value = new(); }
        [MemoryPackable] public partial class Box<T> { public T Value { get; set; } }
        [MemoryPackable] public partial class Inner { }
        """;

    private const string Plain = """
        using MemoryPack;
        [MemoryPackable] public partial class Plain { }
        """;

    private readonly TestSolution _solution = new(package);

    public void Dispose() => _solution.Dispose();

    [Fact]
    public void Record_that_a_private_member_mentions_has_its_serialiser_in_generated_code()
    {
        TestProject records = _solution.AddLibrary("Records", PackedPackage.MemoryPackReference);
        records.Write("Library.cs", Records);

        AddContract(records.Reference).Build();

        AssertRooted();
    }

    /// <remarks>A package's ref/ folder was compiled against, whatever the properties said, and the serialiser was missing.</remarks>
    [Fact]
    public void Record_that_a_private_member_mentions_has_its_serialiser_in_generated_code_if_its_package_has_a_reference_assembly()
    {
        string references = Pack("Records", Records) + Pack("Plain", Plain);

        AddContract(references, $"<RestoreAdditionalProjectSources>{_solution.Folder["feed"]}</RestoreAdditionalProjectSources>").Build();

        AssertRooted();
        Assert.Equal(["lib/net10.0/Records.dll", "ref/net10.0/Plain.dll"], Compiled());
    }

    [Fact]
    public void Project_that_asks_for_reference_assemblies_is_compiled_against_its_packages_too()
    {
        string references = Pack("Records", Records);

        AddContract(
            references,
            $"<RestoreAdditionalProjectSources>{_solution.Folder["feed"]}</RestoreAdditionalProjectSources><CompileUsingReferenceAssemblies>true</CompileUsingReferenceAssemblies>").Build();

        Assert.Equal(["ref/net10.0/Records.dll"], Compiled());
    }

    private TestProject AddContract(string references, string properties = "")
    {
        TestProject contract = _solution.AddLibrary(
            "Contract", _solution.PackageReference + references, $"<EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>{properties}");
        contract.Write("Library.cs", """
            [DaemonRpc.DaemonRpc] public interface IContract { System.Threading.Tasks.Task<Outer> GetAsync(); }
            """);
        return contract;
    }

    /// <summary>Packs a library with its reference assembly.</summary>
    /// <returns>How the package is referenced.</returns>
    private string Pack(string name, string source)
    {
        TestProject library = _solution.AddLibrary(
            name,
            $"""{PackedPackage.MemoryPackReference}<None Include="obj/Debug/net10.0/ref/{name}.dll" Pack="true" PackagePath="ref/net10.0" />""",
            $"<Version>{package.Version}</Version>");
        library.Write("Library.cs", source);
        library.Run("pack", name, "-c", "Debug", "-o", _solution.Folder["feed"]).Succeeded();
        return $"""<PackageReference Include="{name}" Version="{package.Version}" />""";
    }

    private void AssertRooted()
    {
        string generated = Assert.Single(Directory.GetFiles(_solution.Folder["Contract/obj"], "*IContract.Formatters.g.cs", SearchOption.AllDirectories));
        Assert.Contains("PackableFormatter<global::Box<global::Inner>>", File.ReadAllText(generated), StringComparison.Ordinal);
    }

    /// <summary>Which assemblies of the packed libraries the contract is compiled against, by their place in the package.</summary>
    private string[] Compiled()
    {
        CommandRun asked = DotNet.Run(
            _solution.Folder.Path, ["msbuild", "Contract", "-t:FindReferenceAssembliesForReferences", "-getItem:ReferencePathWithRefAssemblies"]).Succeeded();
        using var items = System.Text.Json.JsonDocument.Parse(asked.Output);
        return [.. items.RootElement.GetProperty("Items").GetProperty("ReferencePathWithRefAssemblies").EnumerateArray()
            .Where(item => item.TryGetProperty("NuGetPackageId", out System.Text.Json.JsonElement id) && id.GetString() is "Records" or "Plain")
            .Select(item => item.GetProperty("PathInPackage").GetString()!)
            .Order(StringComparer.Ordinal)];
    }
}
