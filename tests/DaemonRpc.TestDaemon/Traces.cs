using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace DaemonRpc.TestDaemon;

/// <summary>What listeners hear in a client's process, and in a daemon's. Touched only where a test asks for it: nobody else listens.</summary>
internal static class Traces
{
    private static readonly ConcurrentDictionary<string, double> s_measured = [];

    /// <summary>Listens to all spans of DaemonRpc.</summary>
    /// <param name="writes">Whether to write those that end, and to begin a span for the program, within which it then runs.</param>
    public static void Listen(bool writes)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "DaemonRpc",
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        if (writes)
        {
            listener.ActivityStopped = static span => Console.WriteLine(
                $"span {span.DisplayName} {span.Kind} {span.TraceId} {span.SpanId} {span.ParentSpanId} "
                + $"{span.GetTagItem("daemonrpc.outcome") ?? span.GetTagItem("rpc.status_code")} {span.GetTagItem("daemonrpc.daemon.pid")}");
        }

        ActivitySource.AddActivityListener(listener);
        if (writes)
        {
            Console.WriteLine($"program {new Activity("program").Start().SpanId}");
        }
    }

    /// <summary>Makes calls in traces of their own, and writes which.</summary>
    public static async Task CallAsync(ITestService service)
    {
        for (int call = 0; call < 3; call++)
        {
            using Activity trace = new Activity("client").SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom()).Start();
            trace.TraceStateString = $"call={call}";
            Console.WriteLine($"trace {trace.TraceId} {await service.TraceAsync()}");
        }
    }

    /// <summary>The span in which this code runs, before and after some awaits.</summary>
    public static async Task<string> DescribeAsync()
    {
        string before = Describe();
        await Task.Yield();
        await Task.Run(static () => { });
        return before == Describe() ? before : $"{before}, then {Describe()}";

        static string Describe() => Activity.Current is { } span ? $"{span.TraceId} {span.ParentSpanId} {span.TraceStateString} {span.Kind}" : "no span";
    }

    /// <summary>Has a call refused and another ended by force, and writes what was counted.</summary>
    public static async Task CountAsync(TestServiceClient client)
    {
        using MeterListener listener = new()
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "DaemonRpc")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(static (instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<double>(static (instrument, _, _, _) => Add(instrument, 1));
        listener.Start();
        Task spinning = client.SpinAsync();
        await foreach (DaemonStatus status in client.Daemon.WatchStatusAsync())
        {
            if (status.Message == "spinning")
            {
                break;
            }
        }

        try
        {
            _ = await client.AddAsync(1, 2);
        }
        catch (DaemonBusyException)
        {
            Console.WriteLine("busy");
        }

        Console.WriteLine(await client.Daemon.CancelAsync());
        try
        {
            await spinning;
        }
        catch (DaemonTaskCanceledException exception)
        {
            Console.WriteLine($"canceled {exception.Outcome}");
        }

        _ = await client.AddAsync(1, 2);
        foreach ((string name, double value) in s_measured.OrderBy(static measured => measured.Key, StringComparer.Ordinal))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value}"));
        }

        static void Add(Instrument instrument, double value) => s_measured.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
    }

    /// <summary>Loads what spans and metrics are made of. From then on a listener could hear the calls; none does.</summary>
    public static void Load() => _ = Activity.Current;

    /// <summary>Whether this process has loaded what spans and metrics are made of.</summary>
    public static bool AreLoaded() => AppDomain.CurrentDomain.GetAssemblies().Any(static assembly => assembly.GetName().Name == "System.Diagnostics.DiagnosticSource");
}
