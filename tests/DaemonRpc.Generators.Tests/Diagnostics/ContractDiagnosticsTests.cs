using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Diagnostics;

/// <summary>What is wrong with a contract as a whole.</summary>
public sealed class ContractDiagnosticsTests
{
    [Theory]
    [InlineData(
        "[DaemonRpc.DaemonRpc] public partial interface [|IContract|]<T>;",
        "DRPC002",
        "'IContract' cannot be generic, because the daemon must know every type it may be sent")]
    [InlineData(
        "public partial class Outer { [DaemonRpc.DaemonRpc] public partial interface [|IContract|]; }",
        "DRPC003",
        "'IContract' must be declared directly in a namespace and not be file-local, because its client and daemon are generated beside it")]
    [InlineData(
        "[DaemonRpc.DaemonRpc] file partial interface [|IContract|];",
        "DRPC003",
        "'IContract' must be declared directly in a namespace and not be file-local, because its client and daemon are generated beside it")]
    [InlineData(
        "[DaemonRpc.DaemonRpc] public partial interface IContract { int [|Count|] { get; } }",
        "DRPC005",
        "'Count' must become a public instance method, because only calls travel to a daemon")]
    [InlineData(
        "[DaemonRpc.DaemonRpc] public partial interface IContract { event System.EventHandler [|Changed|]; }",
        "DRPC005",
        "'Changed' must become a public instance method, because only calls travel to a daemon")]
    [InlineData(
        "[DaemonRpc.DaemonRpc] public partial interface IContract { int [|this|][int index] { get; } }",
        "DRPC005",
        "'this[]' must become a public instance method, because only calls travel to a daemon")]
    [InlineData(
        "[DaemonRpc.DaemonRpc] public partial interface IContract { static abstract System.Threading.Tasks.Task [|RunAsync|](); }",
        "DRPC005",
        "'RunAsync' must become a public instance method, because only calls travel to a daemon")]
    [InlineData(
        "[DaemonRpc.DaemonRpc] public partial interface IContract { internal System.Threading.Tasks.Task [|RunAsync|](); }",
        "DRPC005",
        "'RunAsync' must become a public instance method, because only calls travel to a daemon")]
    public Task Declaration_that_cannot_be_a_contract_is_an_error(string source, string id, string message) =>
        AssertError(source, id, message);

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\" \"")]
    [InlineData("\"a\\nb\"")]
    [InlineData("id: \"a\\0\"")]
    public Task Id_that_nobody_can_read_is_an_error(string id) => AssertError(
        $"[DaemonRpc.DaemonRpc([|{id}|])] public partial interface IContract;",
        "DRPC010",
        "The id of 'IContract' must have 1 to 200 characters, not only white space and no control characters, because people read it in lists and logs");

    [Fact]
    public async Task Id_may_have_200_characters_and_no_more()
    {
        string longest = new('x', 200);

        AnalyzerRun allowed = await AnalyzerRun.Of($"[DaemonRpc.DaemonRpc(\"{longest}\")] public partial interface IContract;");
        AnalyzerRun refused = await AnalyzerRun.Of($"[DaemonRpc.DaemonRpc(\"{longest}x\")] public partial interface IContract;");

        Assert.Empty(allowed.Diagnostics);
        Assert.True(allowed.HasGenerated);
        Assert.Equal("DRPC010", Assert.Single(refused.Diagnostics).Id);
        Assert.False(refused.HasGenerated);
    }

    [Fact]
    public Task Methods_that_differ_only_in_the_token_are_an_error() => AssertError(
        """
        using System.Threading;
        using System.Threading.Tasks;

        [DaemonRpc.DaemonRpc]
        public partial interface IContract
        {
            Task RunAsync(string what);
            Task [|RunAsync|](string what, CancellationToken cancellationToken);
        }
        """,
        "DRPC011",
        "'RunAsync' needs another name, because its hash of name and parameter types, without the CancellationToken, is also that of 'RunAsync'");

    [Theory]
    [InlineData("public interface")]
    [InlineData("public partial interface")]
    public async Task Contract_may_be_partial_or_not(string declaration)
    {
        AnalyzerRun run = await AnalyzerRun.Of(
            $"[DaemonRpc.DaemonRpc] {declaration} IContract {{ System.Threading.Tasks.Task<int> CountAsync(string root); }}");

        Assert.Empty(run.Diagnostics);
        Assert.True(run.HasGenerated);
        Assert.Empty(run.Generated.CompilerDiagnostics);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_reported_at_once()
    {
        AnalyzerRun run = await AnalyzerRun.Of("[DaemonRpc.DaemonRpc(\"\")] public interface IContract { int Count { get; } void Run(ref int x); }");

        Assert.Equal(["DRPC005", "DRPC007", "DRPC008", "DRPC010"], run.Diagnostics.Select(static diagnostic => diagnostic.Id));
        Assert.False(run.HasGenerated);
    }

    [Fact]
    public async Task Build_without_the_targets_is_a_warning()
    {
        const string Source = "[DaemonRpc.DaemonRpc] public partial interface [|IContract|];";

        AnalyzerRun without = await AnalyzerRun.Of(Source, BuildOptions.WithoutTargets);
        AnalyzerRun unstamped = await AnalyzerRun.Of(Source, BuildOptions.WithTimestamp(""));

        without.AssertReports(
            "DRPC201",
            DiagnosticSeverity.Warning,
            "The project of 'IContract' must import the build targets of the DaemonRpc package, because without a build timestamp a daemon cannot tell that it is out of date");
        Assert.Empty(unstamped.Diagnostics);
    }

    [Fact]
    public async Task Interface_that_is_no_contract_may_be_anything()
    {
        AnalyzerRun run = await AnalyzerRun.Of("public interface IOther<T> : System.IDisposable { void Run(ref T x); }");

        Assert.Empty(run.Diagnostics);
        Assert.False(run.HasGenerated);
    }

    private static async Task AssertError(string source, string id, string message)
    {
        AnalyzerRun run = await AnalyzerRun.Of(source);
        run.AssertReports(id, DiagnosticSeverity.Error, message);
    }
}
