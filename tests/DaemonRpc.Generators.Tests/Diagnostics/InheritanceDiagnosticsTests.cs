using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Diagnostics;

/// <summary>What is wrong with what a contract inherits, and where that is reported.</summary>
public sealed class InheritanceDiagnosticsTests
{
    private const string NotMethod = "must become a public instance method, because only calls travel to a daemon";
    private const string BadBase = "public interface IBad { int Count { get; } }";

    [Theory]
    [InlineData("int Count { get; }", "DRPC005", $"'IBase.Count' {NotMethod}")]
    [InlineData("int Count => 5;", "DRPC005", $"'IBase.Count' {NotMethod}")]
    [InlineData("int this[int index] { get; }", "DRPC005", $"'IBase.this[]' {NotMethod}")]
    [InlineData("event System.EventHandler Changed;", "DRPC005", $"'IBase.Changed' {NotMethod}")]
    [InlineData("static abstract Task RunAsync();", "DRPC005", $"'IBase.RunAsync' {NotMethod}")]
    [InlineData("internal Task RunAsync();", "DRPC005", $"'IBase.RunAsync' {NotMethod}")]
    [InlineData("Task RunAsync<T>();", "DRPC006", "'IBase.RunAsync' cannot be generic, because the daemon must know every type it may be sent")]
    [InlineData(
        "int RunAsync();",
        "DRPC007",
        "'IBase.RunAsync' must return Task, Task<T>, ValueTask, ValueTask<T> or IAsyncEnumerable<T>, never null, because an answer from another process takes time")]
    [InlineData(
        "Task RunAsync(in int count);",
        "DRPC008",
        "Parameter 'count' of 'IBase.RunAsync' cannot be ref, out or in, because caller and daemon share no memory; return what the method changes")]
    [InlineData("Task RunAsync(CancellationToken one, CancellationToken two);", "DRPC009", "'IBase.RunAsync' can have only one CancellationToken, because a call is cancelled as a whole")]
    [InlineData(
        "Task RunAsync(); Task RunAsync(CancellationToken token);",
        "DRPC011",
        "'IBase.RunAsync' needs another name, because its hash of name and parameter types, without the CancellationToken, is also that of 'IBase.RunAsync'")]
    [InlineData("Task<object> RunAsync();", "DRPC101", "'object' in 'IBase.RunAsync' cannot travel to or from a daemon, because the receiver would not know what to read; name the type")]
    [InlineData("[DaemonRpc.Fault(typeof(object))] Task RunAsync();", "DRPC101", "'object' in 'IBase.RunAsync' cannot travel to or from a daemon, because the receiver would not know what to read; name the type")]
    [InlineData("Task RunAsync(System.Action[] what);", "DRPC101", "'Action' in 'IBase.RunAsync' cannot travel to or from a daemon, because code stays in its process; send what it would work on")]
    [InlineData(
        "Task RunAsync(Archive what);",
        "DRPC104",
        "'Archive.Bytes', which 'IBase.RunAsync' sends, cannot travel with [BrotliFormatter], because MemoryPack reads more than it wrote when the array is null or empty; use [BrotliFormatter<byte[]>]")]
    public async Task Inherited_member_that_cannot_be_called_is_an_error_at_the_base_list(string member, string id, string message)
    {
        string declaration = $$"""
            using System.Threading;
            using System.Threading.Tasks;
            using MemoryPack;
            namespace Bases { public interface IBase { {{member}} } }
            [MemoryPackable] public partial class Archive { [BrotliFormatter] public byte[]? Bytes { get; set; } }
            """;
        const string Contract = "[DaemonRpc.DaemonRpc] public partial interface IContract : System.IAsyncDisposable, [|Bases.IBase|] { System.Threading.Tasks.Task StopAsync(); }";

        AnalyzerRun otherFile = await AnalyzerRun.Of(Contract, [declaration], []);
        AnalyzerRun library = await AnalyzerRun.Of(Contract, [], [TestCompilation.CompileLibrary(declaration)]);

        otherFile.AssertReports(id, DiagnosticSeverity.Error, message);
        library.AssertReports(id, DiagnosticSeverity.Error, message);
    }

    [Theory]
    [InlineData("Task<Plain> RunAsync();", "DRPC102", "'Plain' in 'IBase.RunAsync' needs [MemoryPackable], or a formatter registered before the first call, because MemoryPack does not know the type")]
    [InlineData(
        "Task RunAsync(Holder what);",
        "DRPC103",
        "'Holder.Hidden', which 'IBase.RunAsync' sends, must be public or internal, because a program published with Native AOT needs a serialiser that names it")]
    public async Task Inherited_type_that_may_not_travel_is_a_warning_at_the_base_list(string method, string id, string message)
    {
        MetadataReference library = TestCompilation.CompileLibrary($$"""
            using System.Threading.Tasks;
            using MemoryPack;
            public interface IBase { {{method}} }
            public class Plain;
            [MemoryPackable] public partial class Holder { [MemoryPackInclude] protected internal Hidden All = new(); [MemoryPackable] protected internal partial class Hidden; }
            """);

        AnalyzerRun run = await AnalyzerRun.Of("[DaemonRpc.DaemonRpc] public partial interface IContract : [|IBase|];", [], [library]);

        run.AssertReports(id, DiagnosticSeverity.Warning, message);
        Assert.Empty(run.Generated.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("[DaemonRpc.DaemonRpc] public partial interface IContract : IBase; public interface IBase { int [|Count|] { get; } }")]
    [InlineData("[DaemonRpc.DaemonRpc] public partial interface IContract : IMiddle, IBase; public interface IMiddle : IBase; public interface IBase { int [|Count|] { get; } }")]
    [InlineData("[DaemonRpc.DaemonRpc(\"a\")] public partial interface IContract : IBase; [DaemonRpc.DaemonRpc(\"b\")] public partial interface IBase { int [|Count|] { get; } }")]
    public async Task Member_of_a_base_interface_in_the_contracts_file_is_reported_once_and_where_it_stands(string source)
    {
        AnalyzerRun run = await AnalyzerRun.Of(source);

        run.AssertReports("DRPC005", DiagnosticSeverity.Error, $"'Count' {NotMethod}");
    }

    [Fact]
    public async Task Base_interface_that_a_contract_inherits_from_another_is_reported_there_alone()
    {
        AnalyzerRun run = await AnalyzerRun.Of(
            "[DaemonRpc.DaemonRpc] public partial interface IContract : IOther; [DaemonRpc.DaemonRpc] public partial interface IOther : [|IBad|];", [BadBase], []);

        run.AssertReports("DRPC005", DiagnosticSeverity.Error, $"'IBad.Count' {NotMethod}");
    }

    [Theory]
    [InlineData("public partial interface IContract : IOther, [|IMiddle|], IAgain; public interface IMiddle : IBad; public interface IAgain : IBad; public interface IOther;")]
    [InlineData("public partial interface IContract : [|global::IBad|];")]
    [InlineData("public partial interface IContract; public partial interface IContract : IOther; partial interface IContract : IOther, [|IBad|]; public interface IOther;")]
    [InlineData("public partial interface IContract : [|Alias|]; partial interface IContract : IOther; public interface IOther;")]
    public async Task Base_list_is_reported_where_it_leads_to_the_base_interface(string contract)
    {
        AnalyzerRun run = await AnalyzerRun.Of($"using Alias = IBad; [DaemonRpc.DaemonRpc] {contract}", [BadBase], []);

        run.AssertReports("DRPC005", DiagnosticSeverity.Error, $"'IBad.Count' {NotMethod}");
    }

    [Fact]
    public Task Type_argument_that_cannot_travel_is_an_error_where_the_contract_names_it() => AssertError(
        "public partial interface IContract : IStore<int>, [|IStore<object>|]; public interface IStore<T> { System.Threading.Tasks.Task PutAsync(T value); }",
        "DRPC101",
        "'object' in 'IStore<object>.PutAsync' cannot travel to or from a daemon, because the receiver would not know what to read; name the type");

    [Fact]
    public async Task Each_contract_with_a_wrong_base_interface_is_told_of_it()
    {
        AnalyzerRun run = await AnalyzerRun.Of(
            "[DaemonRpc.DaemonRpc] public partial interface IOne : IBad; [DaemonRpc.DaemonRpc] public partial interface ITwo : IBad;", [BadBase], []);

        Assert.Equal(["DRPC005", "DRPC005"], run.Diagnostics.Select(static diagnostic => diagnostic.Id));
        Assert.Equal(2, run.Diagnostics.Select(static diagnostic => diagnostic.Location.SourceSpan).Distinct().Count());
        Assert.False(run.HasGenerated);
    }

    [Theory]
    [InlineData("string", "Task<string?> RunAsync(string what)", "string")]
    [InlineData("string", "ValueTask<string> RunAsync(string what)", "string")]
    [InlineData("string", "Task<string> RunAsync(string? what)", "string")]
    [InlineData("(int A, int B)", "Task<string> RunAsync((int, int) what)", "(int A, int B)")]
    public Task Methods_that_one_method_cannot_implement_are_an_error(string type, string other, string parameter) => AssertError(
        $$"""
        public partial interface IContract : IOne<{{type}}>, System.IAsyncDisposable, [|ITwo|];
        public interface IOne<T> { Task<string> RunAsync({{(parameter == type ? "T" : parameter)}} what); }
        public interface ITwo { {{other}}; }
        """,
        "DRPC014",
        $"'ITwo.RunAsync' needs another name, or exactly the types of 'IOne<{type}>.RunAsync', because the client implements both with one method");

    [Fact]
    public Task Method_that_hides_another_with_another_result_is_an_error() => AssertError(
        "public partial interface IContract : IBase { new Task<int> [|RunAsync|](string what); } public interface IBase { Task RunAsync(string what); }",
        "DRPC014",
        "'IContract.RunAsync' needs another name, or exactly the types of 'IBase.RunAsync', because the client implements both with one method");

    [Fact]
    public Task Base_interface_that_hides_a_method_with_another_result_is_an_error_at_the_base_list() => AssertError(
        "public partial interface IContract : [|IMiddle|]; public interface IMiddle : IBase { new Task<int> RunAsync(string what); } public interface IBase { Task RunAsync(string what); }",
        "DRPC014",
        "'IBase.RunAsync' needs another name, or exactly the types of 'IMiddle.RunAsync', because the client implements both with one method");

    [Fact]
    public Task Conflict_that_a_contract_inherits_from_another_is_reported_there_alone() => AssertError(
        "public partial interface IContract : IOther; [DaemonRpc.DaemonRpc(\"b\")] public interface IOther : IBase { new Task<int> [|RunAsync|](string what); } public interface IBase { Task RunAsync(string what); }",
        "DRPC014",
        "'IOther.RunAsync' needs another name, or exactly the types of 'IBase.RunAsync', because the client implements both with one method");

    [Theory]
    [InlineData("public partial interface IContract : IOne, [|ITwo|];", "'ITwo.RunAsync'", "'IOne.RunAsync'")]
    [InlineData("public partial interface IContract : IOne { Task [|RunAsync|](string what, CancellationToken token); }", "'IContract.RunAsync'", "'IOne.RunAsync'")]
    public Task Inherited_methods_that_differ_only_in_the_token_are_an_error(string contract, string method, string first) => AssertError(
        $"{contract} public interface IOne {{ Task RunAsync(string what); }} public interface ITwo {{ Task RunAsync(string what, CancellationToken token = default); }}",
        "DRPC011",
        $"{method} needs another name, because its hash of name and parameter types, without the CancellationToken, is also that of {first}");

    [Theory]
    [InlineData("public partial interface IContract : [|System.IDisposable|];")]
    [InlineData("public partial interface IContract : IClosing, System.IAsyncDisposable, [|IOpen|]; public interface IOpen : System.IDisposable; public interface IClosing;")]
    [InlineData("public partial interface IContract : IOther; [DaemonRpc.DaemonRpc(\"b\")] public partial interface IOther : [|System.IDisposable|];", "IOther")]
    public Task Disposal_that_blocks_is_an_error(string contract, string name = "IContract") => AssertError(
        contract,
        "DRPC015",
        $"'{name}' cannot inherit IDisposable, because a client ends its connection asynchronously; inherit IAsyncDisposable, which every client implements");

    [Fact]
    public async Task Id_of_an_inherited_contract_in_a_library_is_an_error()
    {
        MetadataReference library = TestCompilation.CompileLibrary("namespace Acme; [DaemonRpc.DaemonRpc(\"search\")] public partial interface IBase;");

        AnalyzerRun same = await AnalyzerRun.Of("[DaemonRpc.DaemonRpc([|\"search\"|])] public partial interface IContract : Acme.IBase;", [], [library]);
        AnalyzerRun another = await AnalyzerRun.Of("[DaemonRpc.DaemonRpc] public partial interface IContract : Acme.IBase;", [], [library]);

        same.AssertReports("DRPC012", DiagnosticSeverity.Error, "'IContract' needs an id of its own, because 'search' is already the id of 'Acme.IBase', and an id finds one daemon");
        Assert.Empty(another.Diagnostics);
        Assert.True(another.HasGenerated);
    }

    /// <remarks>A base interface that the compiler refuses is the compiler's affair.</remarks>
    [Theory]
    [InlineData("public partial interface IContract : System.IAsyncDisposable;")]
    [InlineData("internal partial interface IContract : IHidden; internal interface IHidden { Task RunAsync(); }")]
    [InlineData("public partial interface IContract : IHidden; internal interface IHidden { Task RunAsync(); }")]
    [InlineData("public partial interface IContract : IMissing, IPresent; public interface IPresent { Task RunAsync(); }")]
    [InlineData("public partial interface IContract : IOne, ITwo; public interface IOne { Task RunAsync(string what); } public interface ITwo { Task RunAsync(string text) => Task.CompletedTask; }")]
    public async Task Base_interfaces_of_which_nothing_is_reported(string contract)
    {
        AnalyzerRun run = await AnalyzerRun.Of($"using System.Threading.Tasks; [DaemonRpc.DaemonRpc] {contract}");

        Assert.Empty(run.Diagnostics);
        Assert.True(run.HasGenerated);
        Assert.DoesNotContain(run.Generated.CompilerDiagnostics, static diagnostic => diagnostic.Id is not ("CS0061" or "CS0246"));
    }

    private static async Task AssertError(string contract, string id, string message)
    {
        AnalyzerRun run = await AnalyzerRun.Of($"using System.Threading; using System.Threading.Tasks; [DaemonRpc.DaemonRpc(\"a\")] {contract}");
        run.AssertReports(id, DiagnosticSeverity.Error, message);
    }
}
