using DaemonRpc.Generators.Tests.Infrastructure;

namespace DaemonRpc.Generators.Tests.Emission;

/// <summary>
/// The serialisers of records, which Native AOT needs in code that knows them. Contracts of the tests had records with plain
/// members only, one deep, so that nobody saw what becomes of one within another.
/// </summary>
public sealed class PackableTests
{
    [Fact]
    public void Records_within_records() => Snapshot.Match(new GeneratorRun("""
        using System.Collections.Generic;
        using System.Threading.Tasks;
        using MemoryPack;

        namespace Acme.Tools;

        [DaemonRpc.DaemonRpc]
        public partial interface INested
        {
            Task<Summary> SummaryAsync(IBox<Leaf> box);
        }

        [MemoryPackable] public partial record Summary(Leaf[] Leaves, Dictionary<string, Pair<Leaf>> Pairs, IShape Shape, Numbers Numbers);
        [MemoryPackable] public partial record Leaf(string Name, Stamp? Stamp);
        [MemoryPackable] public partial record struct Stamp(long Ticks, string Zone);
        [MemoryPackable] public partial record Pair<T>(T? First, List<T>? Rest);
        [MemoryPackable, MemoryPackUnion(0, typeof(Circle))] public partial interface IShape;
        [MemoryPackable] public partial record Circle(int Radius) : IShape;
        [MemoryPackable, MemoryPackUnion(0, typeof(Full<>)), MemoryPackUnion(7, typeof(Empty<>))] public partial interface IBox<T>;
        [MemoryPackable] public partial class Full<T> : IBox<T> { public T? Value { get; set; } }
        [MemoryPackable] public partial class Empty<T> : IBox<T>;
        [MemoryPackable(GenerateType.Collection)] public partial class Numbers : List<Counted>;
        [MemoryPackable] public partial record Counted(int Count);
        """));

    [Theory]
    [InlineData("public Inner? Value { get; set; }", true)]
    [InlineData("[MemoryPackInclude] private Inner? _value;", true)]
    [InlineData("[MemoryPackIgnore] public Inner? Value { get; set; }", false)]
    [InlineData("private Inner? _value;", false)]
    [InlineData("public static Inner? Value { get; set; }", false)]
    [InlineData("public Inner? Value { set { } }", false)]
    [InlineData("public System.Collections.Generic.Dictionary<int, (Inner?, int)[]>? Value { get; set; }", true)]
    public void Member_counts_if_MemoryPack_writes_it(string member, bool isWritten)
    {
        GeneratorRun run = Run($"public partial class Outer {{ public int Number {{ get; set; }} {member} }}", "[MemoryPackable] public partial class Inner;");

        Assert.Equal(isWritten, HasSerialiser(run, "global::Inner"));
    }

    /// <remarks>Natively it could not be sent: no seed of the shapes had met it.</remarks>
    [Theory]
    [InlineData("System.Numerics.BigInteger?", true)]
    [InlineData("System.DateTimeOffset?", false)]
    [InlineData("System.Numerics.Complex?", false)]
    public void Nullable_has_its_formatter_unless_MemoryPack_registers_it(string type, bool isRooted)
    {
        GeneratorRun run = Run($"public partial class Outer {{ public {type} Value {{ get; set; }} }}");

        Assert.Equal(isRooted, run.Files["IContract.Formatters.g.cs"].Contains("NullableFormatter<", StringComparison.Ordinal));
    }

    [Fact]
    public void Inherited_member_counts() =>
        Assert.True(HasSerialiser(
            Run("public partial class Outer : Base", "public class Base { public Inner? Value { get; set; } }", "[MemoryPackable] public partial class Inner;"),
            "global::Inner"));

    [Fact]
    public void Type_that_generated_code_cannot_name_is_left_to_MemoryPack()
    {
        GeneratorRun run = Run("public partial class Outer { [MemoryPackInclude] private Inner? _value; [MemoryPackable] private partial class Inner; }");

        Assert.False(HasSerialiser(run, "global::Outer.Inner"));
    }

    [Fact]
    public void Generic_record_that_holds_ever_larger_ones_comes_to_an_end()
    {
        GeneratorRun run = Run("public partial class Outer { public Growing<int>? Value { get; set; } }", "[MemoryPackable] public partial class Growing<T> { public Growing<Growing<T>>? Next { get; set; } }");

        Assert.True(HasSerialiser(run, "global::Growing<int>"));
    }

    /// <remarks>Such a record was MemoryPack's affair, and crashed natively: tests had it mentioned elsewhere, too, until a seed did not.</remarks>
    [Theory]
    [InlineData("[MemoryPackInclude] private Box<Inner>? _value;", "Box<global::Inner>")]
    [InlineData("[MemoryPackInclude] private System.Collections.Generic.SortedList<int, Box<Inner>?>? _value;", "Box<global::Inner>", "global::MemoryPack.Formatters.SortedListFormatter<int, global::Box<global::Inner>>")]
    [InlineData("[MemoryPackInclude] private Box<(Inner, int?[])[]>[,]? Value { get; set; }", "Box<global::System.ValueTuple<global::Inner, int?[]>[]>", "global::MemoryPack.Formatters.TwoDimensionalArrayFormatter<global::Box<global::System.ValueTuple<global::Inner, int?[]>[]>>")]
    [InlineData("[MemoryPackInclude] private Box<Nest<int>.Egg<System.DayOfWeek>>? _value;", "Box<global::Nest<int>.Egg<global::System.DayOfWeek>>")]
    [InlineData("[MemoryPackInclude] protected internal Box<Inner>? _value;", "Box<global::Inner>")]
    public void Private_member_of_a_record_in_a_library_counts(string member, string record, string? formatter = null)
    {
        GeneratorRun run = RunWithLibrary($"[MemoryPackable] public partial class Outer {{ {member} }}");

        Assert.True(HasSerialiser(run, $"global::{record}"), run.Files["IContract.Formatters.g.cs"]);
        Assert.Contains(formatter ?? "", run.Files["IContract.Formatters.g.cs"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public class Base<T> { [MemoryPackInclude] private protected Box<T>? _value; } [MemoryPackable] public partial class Outer : Base<Inner> { public int Number { get; set; } }", true)]
    [InlineData("[MemoryPackable] public partial class Outer { private Box<Inner>? _value; public object? Value() => _value; }", false)]
    [InlineData("[MemoryPackable] public partial class Outer { [MemoryPackInclude] private Box<Hidden>? _value; [MemoryPackable] private partial class Hidden; }", false)]
    public void What_such_a_record_inherits_counts_and_what_is_not_written_or_cannot_be_named_does_not(string outer, bool isWritten) =>
        Assert.Equal(isWritten, HasSerialiser(RunWithLibrary(outer), "global::Box<global::Inner>"));

    private static GeneratorRun RunWithLibrary(string outer) => new(
        """
        [DaemonRpc.DaemonRpc]
        public partial interface IContract
        {
            System.Threading.Tasks.Task SendAsync(Outer value);
        }
        """,
        TestCompilation.CompileLibrary($$"""
            using MemoryPack;

            {{outer}}
            [MemoryPackable] public partial class Inner;
            [MemoryPackable] public partial class Box<T> { public T? Value { get; set; } }
            public class Nest<T> where T : unmanaged { public struct Egg<TInner> where TInner : unmanaged { public T One; public TInner Other; } }
            """));

    [Fact]
    public void Obsolete_and_experimental_members_raise_no_warning() =>
        _ = Run(
            "public partial class Outer { public Inner? Value { get; set; } public Newest? New { get; set; } }",
            "[System.Obsolete, MemoryPackable] public partial class Inner;",
            "[System.Diagnostics.CodeAnalysis.Experimental(\"ACME1\"), MemoryPackable] public partial class Newest;");

    private static GeneratorRun Run(string outer, params string[] others)
    {
        GeneratorRun run = new($$"""
            using MemoryPack;

            [DaemonRpc.DaemonRpc]
            public partial interface IContract
            {
                System.Threading.Tasks.Task SendAsync(Outer value);
            }

            [MemoryPackable]
            {{(outer.EndsWith('}') ? outer : outer + ";")}}
            {{string.Join('\n', others)}}
            """);
        Assert.DoesNotContain(run.CompilerDiagnostics, static diagnostic => diagnostic.Location.SourceTree?.FilePath.Contains("DaemonRpc", StringComparison.Ordinal) == true);
        return run;
    }

    private static bool HasSerialiser(GeneratorRun run, string type) =>
        run.Files["IContract.Formatters.g.cs"].Contains($": global::DaemonRpc.Serialization.PackableFormatter<{type}>", StringComparison.Ordinal);
}
