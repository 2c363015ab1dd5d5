using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DaemonRpc.Docs.Tests.Snippets;

/// <summary>docs/guides/telemetry.md.</summary>
public sealed class TelemetrySnippets
{
    private static readonly ActivitySource s_source = new("Acme.Words");

    internal static async Task ClientAsync(string file)
    {
        // <telemetry-client>
        using TracerProvider tracing = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(static resource => resource.AddService("words"))
            .AddSource("DaemonRpc", "Acme.Words")
            .AddOtlpExporter()
            .Build();
        using (s_source.StartActivity("words"))
        {
            await using WordsClient words = await WordsClient.ConnectAsync();
            Console.WriteLine((await words.ReadAsync(file)).Words);
        }
        // </telemetry-client>
    }

    internal static async Task<int> DaemonAsync()
    {
        // <telemetry-daemon>
        if (WordsDaemon.IsRequested)
        {
            using TracerProvider tracing = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(static resource => resource.AddService("words-daemon"))
                .AddSource("DaemonRpc", "Acme.Words")
                .AddOtlpExporter()
                .Build();
            using MeterProvider metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(static resource => resource.AddService("words-daemon"))
                .AddMeter("DaemonRpc")
                .AddOtlpExporter()
                .Build();
            return await WordsDaemon.RunAsync(context => new Words(context));
        }
        // </telemetry-daemon>

        return 2;
    }

    [Fact]
    public async Task Exporter_gets_the_spans_of_client_and_daemon_in_one_trace()
    {
        List<Activity> exported = [];
        using TracerProvider tracing = Sdk.CreateTracerProviderBuilder().AddSource("DaemonRpc", s_source.Name).AddInMemoryExporter(exported).Build();
        string file = Path.GetTempFileName();
        ActivityTraceId trace;
        using (Activity root = s_source.StartActivity("words")!)
        {
            trace = root.TraceId;
            await using var words = WordsClient.ConnectInProcess(static context => new Words(context));
            _ = await words.ReadAsync(file);
        }

        File.Delete(file);
        Assert.True(tracing.ForceFlush());
        Assert.Equal(
            [ActivityKind.Server, ActivityKind.Client, ActivityKind.Internal],
            exported.Where(span => span.TraceId == trace).Select(static span => span.Kind));
    }
}
