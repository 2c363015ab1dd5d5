using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Diagnostics;

/// <summary>Handler methods that never look at their token.</summary>
public sealed class IgnoredTokenTests
{
    [Theory]
    [InlineData("public async Task RunAsync(CancellationToken [|token|]) => await Task.Delay(1);")]
    [InlineData("public Task RunAsync(CancellationToken [|token|]) { for (int i = 0; i < 9; i++) { } return Task.CompletedTask; }")]
    [InlineData("public Task RunAsync(CancellationToken [|token|]) { Work(); return Task.CompletedTask; }")]
    [InlineData("Task IJobs.RunAsync(CancellationToken [|token|]) { Work(); return Task.CompletedTask; }")]
    public async Task Method_that_takes_time_and_ignores_its_token_is_reported(string method)
    {
        ProgramRun run = await ProgramRun.Of(Handler(method));

        run.AssertReports(
            "DRPC306",
            DiagnosticSeverity.Info,
            "'Jobs.RunAsync' should use 'token', because a cancelled call that does not end within DaemonOptions.CancelGrace is ended by force");
    }

    [Theory]
    [InlineData("public async Task RunAsync(CancellationToken token) => await Task.Delay(1, token);")]
    [InlineData("public async Task RunAsync(CancellationToken token) { await Task.Run(() => token.ThrowIfCancellationRequested()); }")]
    [InlineData("public async Task RunAsync(CancellationToken _) => await Task.Delay(1);")]
    [InlineData("public Task RunAsync(CancellationToken token) => Task.CompletedTask;")]
    [InlineData("public Task RunAsync(CancellationToken token) => throw new NotSupportedException();")]
    public async Task Method_that_uses_its_token_or_ends_at_once_is_not_reported(string method)
    {
        ProgramRun run = await ProgramRun.Of(Handler(method));

        Assert.Empty(run.Diagnostics);
    }

    private static string Handler(string method) => $$"""
        using System;
        using System.Threading;
        using System.Threading.Tasks;

        [DaemonRpc.DaemonRpc]
        public interface IJobs
        {
            Task RunAsync(CancellationToken token);
        }

        public sealed class Jobs : IJobs
        {
            {{method}}

            private static void Work() { }
        }
        """;
}
