using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DaemonRpc.Benchmarks.Tool;

/// <summary>Listens to all spans and metrics of DaemonRpc in this process, and does nothing with them: the least that telemetry costs.</summary>
internal static class Listeners
{
    private static MeterListener? s_meter;

    public static void Begin()
    {
        ActivitySource.AddActivityListener(new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "DaemonRpc",
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        });
        s_meter = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "DaemonRpc")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        s_meter.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        s_meter.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        s_meter.Start();
    }
}
