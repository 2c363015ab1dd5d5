using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Diagnostics;

/// <summary>
/// Contracts of one program that exclude each other: the first in the sources is generated, the second is told so. And types of
/// the user that exclude what would be generated.
/// </summary>
public sealed class ClashTests
{
    [Theory]
    [InlineData(
        "[DaemonRpc.DaemonRpc(\"search\")] public partial interface IOne; [DaemonRpc.DaemonRpc([|\"search\"|])] public partial interface ITwo;",
        "IOne",
        "'ITwo' needs an id of its own, because 'search' is already the id of 'IOne', and an id finds one daemon")]
    [InlineData(
        "[DaemonRpc.DaemonRpc(\"search\")] public partial interface ITwo; [DaemonRpc.DaemonRpc([|\"search\"|])] public partial interface IOne;",
        "ITwo",
        "'IOne' needs an id of its own, because 'search' is already the id of 'ITwo', and an id finds one daemon")]
    [InlineData(
        "namespace A { [DaemonRpc.DaemonRpc(\"search\")] public partial interface IOne; } namespace B { [DaemonRpc.DaemonRpc([|\"search\"|])] public partial interface IOne; }",
        "A.IOne",
        "'IOne' needs an id of its own, because 'search' is already the id of 'A.IOne', and an id finds one daemon")]
    [InlineData(
        "[DaemonRpc.DaemonRpc(\"ITwo\")] public partial interface IOne; [DaemonRpc.DaemonRpc] public partial interface [|ITwo|];",
        "IOne",
        "'ITwo' needs an id of its own, because 'ITwo' is already the id of 'IOne', and an id finds one daemon")]
    public Task Second_contract_with_an_id_is_an_error(string source, string first, string message) => AssertClash(source, first, "DRPC012", message);

    [Theory]
    [InlineData("IFoo", "IFooDaemon")]
    [InlineData("IFooDaemon", "IFoo")]
    [InlineData("IFooClient", "IFooDaemon")]
    [InlineData("IFoo", "Foo")]
    [InlineData("Foo", "IFoo")]
    public Task Second_contract_with_the_generated_names_of_another_is_an_error(string first, string second) => AssertClash(
        $"[DaemonRpc.DaemonRpc] public partial interface {first}; [DaemonRpc.DaemonRpc] public partial interface [|{second}|];",
        first,
        "DRPC013",
        $"'{second}' needs another name, because 'FooClient', which would be generated for it, is already generated for '{first}'");

    [Fact]
    public async Task Contracts_with_the_same_name_in_two_namespaces_are_no_clash()
    {
        AnalyzerRun run = await AnalyzerRun.Of(
            "namespace A { [DaemonRpc.DaemonRpc] public partial interface IFoo; } namespace B { [DaemonRpc.DaemonRpc] public partial interface IFooDaemon; }");

        Assert.Empty(run.Diagnostics);
        Assert.Equal(["A.IFoo", "B.IFooDaemon"], GeneratedFor(run));
        Assert.Empty(run.Generated.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("public sealed class FooClient;", "FooClient")]
    [InlineData("public sealed partial class FooClient;", "FooClient")]
    [InlineData("public interface FooClient;", "FooClient")]
    [InlineData("public delegate void FooClient();", "FooClient")]
    [InlineData("public static class FooDaemon;", "FooDaemon")]
    [InlineData("public partial record FooDaemon;", "FooDaemon")]
    [InlineData("public partial struct FooDaemon;", "FooDaemon")]
    [InlineData("namespace FooDaemon { public enum Mode { A } }", "FooDaemon")]
    [InlineData("internal enum FooDispatcher { A }", "FooDispatcher")]
    [InlineData("internal sealed partial class FooDispatcher;", "FooDispatcher")]
    [InlineData("public static class FooDaemon; public sealed class FooClient;", "FooClient")]
    public async Task Type_of_the_user_with_a_generated_name_is_an_error(string type, string name)
    {
        AnalyzerRun run = await AnalyzerRun.Of($"namespace Acme {{ [DaemonRpc.DaemonRpc] public partial interface [|IFoo|]; {type} }}");

        run.AssertReports("DRPC013", DiagnosticSeverity.Error, $"'IFoo' needs another name, because '{name}', which would be generated for it, is already declared in this project");
        Assert.Empty(run.Generated.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("public sealed class FooClient<T>;")]
    [InlineData("file sealed class FooClient;")]
    [InlineData("public static class Outer { public sealed class FooClient; }")]
    [InlineData("namespace Inner { public sealed class FooClient; }")]
    [InlineData("public static partial class FooDaemon { public static string Title => \"Foo\"; }")]
    public async Task Type_of_the_user_that_leaves_the_generated_name_free_is_no_clash(string type)
    {
        AnalyzerRun run = await AnalyzerRun.Of($"namespace Acme {{ [DaemonRpc.DaemonRpc] public partial interface IFoo; {type} }}");

        Assert.Empty(run.Diagnostics);
        Assert.Equal(["Acme.IFoo"], GeneratedFor(run));
        Assert.Empty(run.Generated.CompilerDiagnostics);
    }

    [Fact]
    public async Task Types_that_were_generated_are_no_clash()
    {
        const string Source = "[DaemonRpc.DaemonRpc] public partial interface IFoo;";

        AnalyzerRun run = await AnalyzerRun.Of(string.Join('\n', new GeneratorRun(Source).Files.Values.Prepend(Source)));

        Assert.Empty(run.Diagnostics);
    }

    [Fact]
    public async Task Each_further_contract_is_told_of_the_first()
    {
        AnalyzerRun run = await AnalyzerRun.Of(
            """
            [DaemonRpc.DaemonRpc("x")] public partial interface IC;
            [DaemonRpc.DaemonRpc("x")] public partial interface IB;
            [DaemonRpc.DaemonRpc("x")] public partial interface IBDaemon;
            """);

        Assert.Equal(
            ["DRPC012 IB needs IC", "DRPC012 IBDaemon needs IC", "DRPC013 IBDaemon needs IB"],
            run.Diagnostics.Select(static diagnostic => $"{diagnostic.Id} {Quoted(diagnostic, 0)} needs {Quoted(diagnostic, 2)}").Order(StringComparer.Ordinal));
        Assert.Equal(["IC"], GeneratedFor(run));
    }

    [Fact]
    public async Task Contract_that_is_wrong_itself_clashes_too()
    {
        AnalyzerRun run = await AnalyzerRun.Of(
            "[DaemonRpc.DaemonRpc(\"x\")] public partial interface IOne<T>; [DaemonRpc.DaemonRpc(\"x\")] public partial interface ITwo;");

        Assert.Equal(["DRPC002", "DRPC012"], run.Diagnostics.Select(static diagnostic => diagnostic.Id));
        Assert.False(run.HasGenerated);
    }

    [Fact]
    public async Task Contract_in_parts_is_one_contract()
    {
        AnalyzerRun run = await AnalyzerRun.Of(
            "public partial interface IOne; [DaemonRpc.DaemonRpc] public partial interface IOne; public partial interface IOne;");

        Assert.Empty(run.Diagnostics);
        Assert.Equal(["IOne"], GeneratedFor(run));
    }

    private static async Task AssertClash(string source, string first, string id, string message)
    {
        AnalyzerRun run = await AnalyzerRun.Of(source);

        run.AssertReportsOnly(id, DiagnosticSeverity.Error, message);
        Assert.Equal([first], GeneratedFor(run));
        Assert.Empty(run.Generated.CompilerDiagnostics);
    }

    private static IEnumerable<string> GeneratedFor(AnalyzerRun run) =>
        run.Generated.Files.Keys.Where(static file => file.EndsWith(".Client.g.cs", StringComparison.Ordinal)).Select(static file => file[..^".Client.g.cs".Length]);

    // The names stand in quotes; of an id the second is the id itself, of a name the generated type.
    private static string Quoted(Diagnostic diagnostic, int index) =>
        diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture).Split('\'')[(2 * index) + 1];
}
