using DaemonRpc.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Tests.Diagnostics;

/// <summary>Interfaces that callers implement: what they may have.</summary>
public sealed class CallbackDiagnosticsTests
{
    [Theory]
    [InlineData("bool IsInteractive { get; }", "'IsInteractive' is not a public instance method")]
    [InlineData("event System.Action? Changed;", "'Changed' is not a public instance method")]
    [InlineData("bool Confirm(string question);", "'Confirm' must return Task, Task<T>, ValueTask or ValueTask<T>")]
    [InlineData("Task<System.IO.Stream> OpenAsync();", "'OpenAsync' cannot return a stream of bytes; return a byte[]")]
    [InlineData("IAsyncEnumerable<int> StreamAsync();", "'StreamAsync' must return Task, Task<T>, ValueTask or ValueTask<T>")]
    [InlineData("Task PickAsync<T>(T from);", "'PickAsync' is generic")]
    [InlineData("Task PickAsync(ref int from);", "'PickAsync' has a parameter that is ref, out or in")]
    [InlineData("Task PickAsync(CancellationToken one, CancellationToken two);", "'PickAsync' has more than one CancellationToken")]
    [InlineData("Task PickAsync(IProgress<int> progress);", "'PickAsync' can take only values and a CancellationToken")]
    [InlineData("Task PickAsync(IAsyncEnumerable<int> items);", "'PickAsync' can take only values and a CancellationToken")]
    [InlineData("Task PickAsync(ICallback again);", "'PickAsync' can take only values and a CancellationToken")]
    [InlineData("[DaemonRpc.Fault(typeof(int))] Task PickAsync();", "'PickAsync' cannot declare a fault")]
    public async Task Callback_has_only_calls(string member, string reason)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract(member, "[|ICallback|]"));

        run.AssertReports("DRPC020", DiagnosticSeverity.Error, $"'ICallback' cannot be a callback, because {reason}");
    }

    [Theory]
    [InlineData("IDisposable")]
    [InlineData("IAsyncDisposable")]
    public async Task Callback_is_not_disposed_by_the_daemon(string inherited)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract("Task RunAsync();", "[|ICallback|]", inherited));

        run.AssertReports("DRPC020", DiagnosticSeverity.Error, "'ICallback' cannot be a callback, because the daemon does not dispose what belongs to its caller");
    }

    [Theory]
    [InlineData("Task RunAsync(object what);")]
    [InlineData("Task<object> RunAsync();")]
    public async Task Values_of_a_callback_must_travel(string member)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract(member, "[|ICallback|]"));

        run.AssertReports(
            "DRPC101",
            DiagnosticSeverity.Error,
            "'object' in 'ICallback.RunAsync' cannot travel to or from a daemon, because the receiver would not know what to read; name the type");
    }

    [Theory]
    [InlineData("ValueTask<bool> ConfirmAsync(string question, CancellationToken cancellationToken = default); Task TellAsync(List<int>? numbers, (int, string) pair);")]
    [InlineData("ValueTask<int> CountAsync(); static int Zero => 0; private int One() => 1;")]
    [InlineData("")]
    public async Task Callback_is_fine(string members)
    {
        AnalyzerRun run = await AnalyzerRun.Of(Contract(members, "ICallback?"));

        Assert.Empty(run.Diagnostics);
        Assert.True(run.HasGenerated);
    }

    private static string Contract(string members, string parameter, string? inherited = null) => $$"""
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;

        [DaemonRpc.DaemonCallback]
        public interface ICallback{{(inherited is null ? "" : $" : {inherited}")}}
        {
            {{members}}
        }

        [DaemonRpc.DaemonRpc]
        public interface IContract
        {
            Task RunAsync({{parameter}} callback);
        }
        """;
}
