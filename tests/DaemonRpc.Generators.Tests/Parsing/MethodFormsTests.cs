using DaemonRpc.Generators.Model;
using DaemonRpc.Generators.Parsing;
using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DaemonRpc.Generators.Tests.Parsing;

/// <summary>The fingerprints of methods: equal where two builds understand each other's calls, different where nobody can be sure.</summary>
public sealed class MethodFormsTests
{
    private const string Contract = """
        using System;
        using System.Collections.Generic;
        using System.Runtime.InteropServices;
        using System.Threading;
        using System.Threading.Tasks;
        using DaemonRpc;
        using MemoryPack;

        namespace Acme;

        [DaemonRpc("acme")]
        public interface IContract
        {
            [Fault(typeof(Problem))]
            Task<Hit> CallAsync(string name, List<Item> items, Point point, IProgress<Color> progress, IAsyncEnumerable<Loose> stream, System.IO.Stream bytes, IAsk ask, CancellationToken token = default);
        }

        [DaemonCallback]
        public interface IAsk
        {
            ValueTask<bool> ConfirmAsync(Reason reason);
        }

        [MemoryPackable] public partial record Hit(string Path, Hit? Next, Shape? Shape);
        [MemoryPackable] public partial record Item(int Left, int Right);
        [MemoryPackable] public partial record Problem(string Text);
        [MemoryPackable] public partial record Reason(string Text);
        [MemoryPackable(GenerateType.VersionTolerant)] public partial class Loose { [MemoryPackOrder(0)] public int Zero { get; set; } }
        [MemoryPackable, MemoryPackUnion(0, typeof(Circle)), MemoryPackUnion(1, typeof(Dot))] public abstract partial class Shape;
        [MemoryPackable] public partial class Circle : Shape { public int Radius { get; set; } }
        [MemoryPackable] public partial class Dot : Shape { public string? Name { get; set; } [MemoryPackIgnore] public int Unsent { get; set; } }
        public struct Point { public int X; private int _y; }
        public enum Color { Red, Green }
        """;

    /// <summary>Edits after which another build's calls could be misread, or mean something else.</summary>
    [Theory]
    [InlineData("CallAsync", "CallOtherAsync")]
    [InlineData("Task<Hit> CallAsync", "Task<Item> CallAsync")]
    [InlineData("Task<Hit> CallAsync", "IAsyncEnumerable<Hit> CallAsync")]
    [InlineData("string name, List<Item> items", "List<Item> items, string name")]
    [InlineData("List<Item> items", "Item[] items")]
    [InlineData("string name, ", "")]
    [InlineData("string name, ", "string text, ")]
    [InlineData("IProgress<Color> progress", "Color progress")]
    [InlineData("IProgress<Color> progress", "IProgress<int> progress")]
    [InlineData("IAsyncEnumerable<Loose> stream", "IAsyncEnumerable<int> stream")]
    [InlineData("System.IO.Stream bytes", "System.IO.Pipelines.PipeReader bytes")]
    [InlineData("[Fault(typeof(Problem))]", "")]
    [InlineData("record Problem(string Text)", "record Problem(string Text, int Line)")]
    [InlineData("ConfirmAsync(Reason reason)", "ConfirmAsync(Reason reason, int times)")]
    [InlineData("ValueTask<bool> Confirm", "ValueTask<int> Confirm")]
    [InlineData("record Reason(string Text)", "record Reason(int Text)")]
    [InlineData("Hit? Next, Shape? Shape", "Shape? Shape, Hit? Next")]
    [InlineData("int Left, int Right", "int Right, int Left")]
    [InlineData("int Left, int Right", "int Left, uint Right")]
    [InlineData("public int Zero { get; set; }", "public int Zero { get; set; } [MemoryPackOrder(1)] public int One { get; set; }")]
    [InlineData("GenerateType.VersionTolerant", "GenerateType.CircularReference")]
    [InlineData("MemoryPackOrder(0)", "MemoryPackOrder(1)")]
    [InlineData("MemoryPackUnion(1, typeof(Dot))", "MemoryPackUnion(2, typeof(Dot))")]
    [InlineData(", MemoryPackUnion(1, typeof(Dot))", "")]
    [InlineData("public int Radius", "public long Radius")]
    [InlineData("[MemoryPackIgnore] ", "")]
    [InlineData("private int _y;", "private uint _y;")]
    [InlineData("public struct Point", "[StructLayout(LayoutKind.Sequential, Pack = 1)] public struct Point")]
    [InlineData("enum Color {", "enum Color : byte {")]
    [InlineData("{ Red, Green }", "{ Green, Red }")]
    public void Change_of_what_travels_changes_the_fingerprint(string from, string to)
    {
        Assert.Contains(from, Contract, StringComparison.Ordinal);
        Assert.NotEqual(Assert.Single(FormsOf(Contract)).Fingerprint, Assert.Single(FormsOf(Contract.Replace(from, to, StringComparison.Ordinal))).Fingerprint);
    }

    [Theory]
    [InlineData("Task<Hit> CallAsync", "ValueTask<Hit> CallAsync")]
    [InlineData(", CancellationToken token = default", "")]
    [InlineData("string name", "string? name")]
    [InlineData("public interface IContract", "public interface IOther")]
    [InlineData("\"acme\"", "\"other\"")]
    [InlineData("[MemoryPackIgnore] public int Unsent { get; set; }", "[MemoryPackIgnore] public long Other { get; set; }")]
    [InlineData("record Hit(string Path, Hit? Next, Shape? Shape);", "record Hit(string Path, Hit? Next, Shape? Shape) { public void Open() { } public static int Count { get; set; } }")]
    [InlineData("[MemoryPackable] public partial record Item(int Left, int Right);", "[MemoryPackable] public partial record Unused(int Left);\n[MemoryPackable] public partial record Item(int Left, int Right);")]
    [InlineData("ValueTask<bool> ConfirmAsync(Reason reason);", "Task<bool> ConfirmAsync(Reason reason, CancellationToken token = default);")]
    [InlineData("        [Fault", "    Task<int> AnotherAsync();\n        [Fault")]
    public void Other_changes_leave_the_fingerprint(string from, string to)
    {
        MethodFormsModel before = Assert.Single(FormsOf(Contract));

        Assert.Contains(before.Fingerprint, FormsOf(Contract.Replace(from, to, StringComparison.Ordinal)).Select(static form => form.Fingerprint));
    }

    [Fact]
    public void Method_without_its_trailing_arguments_has_the_id_and_fingerprint_of_the_method_before_it_had_them()
    {
        MethodFormsModel before = Of("Task<int> FindAsync(string title, CancellationToken token = default);");
        MethodFormsModel after = Of("Task<int> FindAsync(string title, int edition = 1, System.IProgress<int>? progress = null, CancellationToken token = default);");

        Assert.Equal(3, after.Arguments);
        Assert.Equal(["bool false", "int 1"], after.Shorter.Select(static form => $"{form.Type} {form.Default}"));
        Assert.Equal(before.Fingerprint, after.Shorter[1].Fingerprint);
        Assert.Equal(IdOf("FindAsync(System.String)"), after.Shorter[1].Id);
        Assert.Equal(IdOf("FindAsync(System.String,System.Int32)"), after.Shorter[0].Id);
        Assert.NotEqual(before.Fingerprint, after.Fingerprint);
    }

    [Fact]
    public void Default_value_does_not_travel()
    {
        Assert.Equal(Of("Task FindAsync(int edition = 1);").Fingerprint, Of("Task FindAsync(int edition = 2);").Fingerprint);
        Assert.Equal(Of("Task FindAsync(int edition = 1);").Fingerprint, Of("Task FindAsync(int edition);").Fingerprint);
    }

    [Theory]
    [InlineData("Task FindAsync(string title);")]
    [InlineData("Task FindAsync(int edition = 1, params string[] titles);")]
    public void Method_whose_last_parameter_has_no_default_has_one_form(string method)
    {
        Assert.Empty(Of(method).Shorter);
    }

    /// <summary>Code of the user's writes the bytes, and may write others in the next build.</summary>
    [Theory]
    [InlineData("public class Own;")]
    [InlineData("[MemoryPackable(GenerateType.NoGenerate)] public partial class Own;")]
    [InlineData("""
        [MemoryPackable] public partial class Own
        {
            [MemoryPackOnSerializing] static void Begin<T>(ref MemoryPackWriter<T> writer, ref Own? value) where T : System.Buffers.IBufferWriter<byte> { }
            [MemoryPackOnDeserializing] static void Begin(ref MemoryPackReader reader, ref Own? value) { }
        }
        """)]
    [InlineData("[MemoryPackable] public partial class Own { [BrotliStringFormatter] public string? Packed { get; set; } }")]
    public void Method_that_sends_what_the_generator_cannot_know_has_no_forms(string type)
    {
        string forms = string.Join(" ", ModelOf("Task KnownAsync(int number);\nTask OwnAsync(Own[] own);", type).Forms.Select(static form => form.ConstantName));

        Assert.Equal("KnownAsync", forms);
    }

    [Fact]
    public void Type_of_a_library_counts_like_one_of_the_project()
    {
        MetadataReference before = TestCompilation.CompileLibrary("using MemoryPack; namespace Lib; [MemoryPackable] public partial record Book(string Title) { [MemoryPackInclude] private int _pages; }");
        MetadataReference hidden = TestCompilation.CompileLibrary("using MemoryPack; namespace Lib; [MemoryPackable] public partial record Book(string Title) { [MemoryPackInclude] private long _pages; }");
        MetadataReference visible = TestCompilation.CompileLibrary("using MemoryPack; namespace Lib; [MemoryPackable] public partial record Book(string Name) { [MemoryPackInclude] private int _pages; }");

        ulong fingerprint = Assert.Single(ModelOf("Task<Lib.Book> GetAsync();", "", before).Forms).Fingerprint;

        Assert.Equal(fingerprint, Assert.Single(ModelOf("ValueTask<Lib.Book> GetAsync();", "", before).Forms).Fingerprint);
        Assert.NotEqual(fingerprint, Assert.Single(ModelOf("Task<Lib.Book> GetAsync();", "", hidden).Forms).Fingerprint);
        Assert.NotEqual(fingerprint, Assert.Single(ModelOf("Task<Lib.Book> GetAsync();", "", visible).Forms).Fingerprint);
    }

    private static MethodFormsModel Of(string method) => Assert.Single(ModelOf(method, "").Forms);

    private static uint IdOf(string text) => MethodId.Hash(text);

    private static ContractModel ModelOf(string methods, string types, params MetadataReference[] libraries) => Parse(
        $$"""
        using System.Threading;
        using System.Threading.Tasks;
        using MemoryPack;

        [DaemonRpc.DaemonRpc]
        public interface IContract
        {
            {{methods}}
        }

        {{types}}
        """,
        libraries);

    private static EquatableArray<MethodFormsModel> FormsOf(string source) => Parse(source).Forms;

    private static ContractModel Parse(string source, params MetadataReference[] libraries)
    {
        CSharpCompilation compilation = TestCompilation.Create(source, libraries);
        Assert.DoesNotContain(compilation.GetDiagnostics(TestContext.Current.CancellationToken), static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return new GeneratorRun(compilation).Model;
    }
}
