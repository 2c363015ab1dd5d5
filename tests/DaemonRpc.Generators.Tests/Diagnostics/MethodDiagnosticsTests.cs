using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Diagnostics;

/// <summary>What is wrong with a method of a contract.</summary>
public sealed class MethodDiagnosticsTests
{
    private const string MustBeAsync =
        "'RunAsync' must return Task, Task<T>, ValueTask, ValueTask<T> or IAsyncEnumerable<T>, never null, because an answer from another process takes time";

    [Theory]
    [InlineData("Task [|RunAsync|]<T>(T what);", "DRPC006", "'RunAsync' cannot be generic, because the daemon must know every type it may be sent")]
    [InlineData("[|void|] RunAsync();", "DRPC007", MustBeAsync)]
    [InlineData("[|int|] RunAsync();", "DRPC007", MustBeAsync)]
    [InlineData("[|Task?|] RunAsync();", "DRPC007", MustBeAsync)]
    [InlineData("[|ValueTask<int>?|] RunAsync();", "DRPC007", MustBeAsync)]
    [InlineData("[|IEnumerable<int>|] RunAsync();", "DRPC007", MustBeAsync)]
    [InlineData(
        "Task RunAsync(ref int [|count|]);",
        "DRPC008",
        "Parameter 'count' of 'RunAsync' cannot be ref, out or in, because caller and daemon share no memory; return what the method changes")]
    [InlineData(
        "Task RunAsync(in int [|count|]);",
        "DRPC008",
        "Parameter 'count' of 'RunAsync' cannot be ref, out or in, because caller and daemon share no memory; return what the method changes")]
    [InlineData(
        "Task RunAsync(out int [|count|]);",
        "DRPC008",
        "Parameter 'count' of 'RunAsync' cannot be ref, out or in, because caller and daemon share no memory; return what the method changes")]
    [InlineData(
        "Task RunAsync(CancellationToken one, int x, CancellationToken [|two|]);",
        "DRPC009",
        "'RunAsync' can have only one CancellationToken, because a call is cancelled as a whole")]
    public async Task Method_that_cannot_be_called_is_an_error(string method, string id, string message)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract(method));

        run.AssertReports(id, DiagnosticSeverity.Error, message);
    }

    [Theory]
    [InlineData("Task<Missing> RunAsync();")]
    [InlineData("Missing RunAsync();")]
    [InlineData("Task RunAsync(Missing x, List<Missing> y);")]
    public async Task Type_that_does_not_exist_is_left_to_the_compiler(string method)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract(method));

        Assert.Empty(run.Diagnostics);
    }

    [Theory]
    [InlineData("Task RunAsync();", "RunAsync")]
    [InlineData("IAsyncEnumerable<int> WatchAsync(int count);", "WatchAsync")]
    public async Task Method_without_a_token_is_marked_for_a_fix(string method, string name)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract(method));

        Diagnostic diagnostic = Assert.Single(run.All);
        Assert.Equal("DRPC016", diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Hidden, diagnostic.Severity);
        Assert.Equal(
            $"'{name}' could take a CancellationToken, because without one a cancelled call is ended by force",
            diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(run.HasGenerated);
    }

    [Fact]
    public async Task Method_with_a_token_is_not_marked()
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract("Task RunAsync(CancellationToken cancellationToken = default);"));

        Assert.Empty(run.All);
    }

    private static string Contract(string method) => $$"""
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;

        [DaemonRpc.DaemonRpc]
        public partial interface IContract
        {
            {{method}}
        }
        """;
}
