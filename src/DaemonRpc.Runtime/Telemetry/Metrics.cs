using System.Diagnostics.Metrics;

namespace DaemonRpc.Telemetry;

/// <summary>The meter and its instruments, each created when it is first needed. Only for use while <see cref="Listening.IsPossible"/>.</summary>
/// <remarks>Recording runs the listeners' code, so it must not be called under a lock, nor on a thread that reads from a connection.</remarks>
internal static class Metrics
{
    // Calls take microseconds or minutes: the boundaries that the convention recommends begin at 5 ms.
    private static readonly InstrumentAdvice<double> s_seconds = new()
    {
        HistogramBucketBoundaries =
        [
            0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
        ],
    };

    private static readonly Meter s_meter = new(Names.Source, Names.Version);

    public static Histogram<double> ClientDuration => field ??= Seconds(Names.ClientDuration, "How long calls took, as their client sees it.");

    public static Histogram<double> ServerDuration => field ??= Seconds(Names.ServerDuration, "How long handlers ran.");

    public static Histogram<double> ServerWait => field ??= Seconds(Names.ServerWait, "How long calls waited in the queue before they began.");

    public static Counter<long> ClientBusy => field ??= s_meter.CreateCounter<long>(Names.ClientBusy, "{call}", "Calls that failed because the daemon was busy.");

    public static Counter<long> ClientForced => field ??= s_meter.CreateCounter<long>(Names.ClientForced, "{call}", "Calls whose task was ended by force, or abandoned.");

    public static Counter<long> ClientStarts => field ??= s_meter.CreateCounter<long>(Names.ClientStarts, "{start}", "Daemons that this client started, or tried to.");

    public static Counter<long> ClientReplacements =>
        field ??= s_meter.CreateCounter<long>(Names.ClientReplacements, "{replacement}", "Daemons that made room for this client's build.");

    public static Counter<long> ServerRefusals => field ??= s_meter.CreateCounter<long>(Names.ServerRefusals, "{call}", "Calls that the daemon refused.");

    /// <summary>Creates the instruments that are asked instead of told. Their callbacks run when a listener collects.</summary>
    /// <param name="waiting">Returns for each daemon of the process how many calls wait.</param>
    /// <param name="busy">Returns for each daemon of the process whether a task runs, as 1 or 0.</param>
    public static void Observe(Func<IEnumerable<Measurement<int>>> waiting, Func<IEnumerable<Measurement<int>>> busy)
    {
        _ = s_meter.CreateObservableUpDownCounter(Names.ServerWaiting, waiting, "{call}", "Calls that wait in the queue.");
        _ = s_meter.CreateObservableUpDownCounter(Names.ServerBusy, busy, "{task}", "1 while a task runs.");
    }

    private static Histogram<double> Seconds(string name, string description) => s_meter.CreateHistogram(name, "s", description, tags: null, s_seconds);
}
