namespace DaemonRpc.BuildTasks.Tests.Builds;

/// <summary>A record that only a private member of a library's record mentions. The library's reference assembly does not have that member.</summary>
public sealed class HiddenMemberTests(PackedPackage package) : IDisposable
{
    private readonly TestSolution _solution = new(package);

    public void Dispose() => _solution.Dispose();

    [Fact]
    public void Record_that_a_private_member_mentions_has_its_serialiser_in_generated_code()
    {
        TestProject records = _solution.AddLibrary("Records", PackedPackage.MemoryPackReference);
        TestProject contract = _solution.AddLibrary(
            "Contract", _solution.PackageReference + records.Reference, "<EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>");
        records.Write("Library.cs", """
            using MemoryPack;
            [MemoryPackable] public partial class Outer { [MemoryPackInclude] private System.Collections.Generic.SortedList<int, Box<Inner>> _value = new(); }
            [MemoryPackable] public partial class Box<T> { public T Value { get; set; } }
            [MemoryPackable] public partial class Inner { }
            """);
        contract.Write("Library.cs", """
            [DaemonRpc.DaemonRpc] public interface IContract { System.Threading.Tasks.Task<Outer> GetAsync(); }
            """);

        contract.Build();

        string generated = Assert.Single(Directory.GetFiles(Path.Combine(_solution.Folder.Path, "Contract", "obj"), "*IContract.Formatters.g.cs", SearchOption.AllDirectories));
        Assert.Contains("PackableFormatter<global::Box<global::Inner>>", File.ReadAllText(generated), StringComparison.Ordinal);
    }
}
