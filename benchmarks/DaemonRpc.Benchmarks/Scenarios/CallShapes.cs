using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>What a call costs whose caller and handler talk while it runs, beside a plain call of the same client.</summary>
internal sealed class CallShapes : Scenario
{
    private const int Rounds = 8;
    private const int Calls = 1000;

    private static readonly string[] s_shapes =
    [
        "plain", "nothing-passed", "progress-0", "progress-1", "progress-1000", "stream-0", "stream-1", "stream-1000", "callback-0", "callback-1", "callback-10",
        "file", "bytes-1000", "opened-file", "opened-1000",
    ];

    public override string Name => "shapes";

    protected override IReadOnlyList<Contender> Contenders { get; } = Ours(PublishMode.Aot, PublishMode.Jit);

    protected override void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table)
    {
        foreach (Site site in sites)
        {
            _ = site.Call();
            using WarmClient client = site.Connect();
            Dictionary<string, List<double>> medians = s_shapes.ToDictionary(shape => shape, _ => new List<double>());
            for (int round = 0; round < (run.Quick ? 2 : Rounds); round++)
            {
                foreach (string shape in s_shapes)
                {
                    int[] times = [.. Round.Parse(client.Ask($"shape {shape} {(run.Quick ? 10 : Calls)}")).Nanoseconds.ToArray().Order()];
                    medians[shape].Add(Statistics.Percentile(times, 0.5));
                }
            }

            foreach (string shape in s_shapes)
            {
                // The first round compiles.
                double[] own = [.. medians[shape].Skip(1)];
                double[] plain = [.. medians["plain"].Skip(1)];
                table.Add(new Row
                {
                    Scenario = Name,
                    Case = shape,
                    Contender = site.Contender.Name,
                    Median = Quantity.Microseconds(Statistics.Median(own)),
                    Spread = $"{Quantity.Microseconds(own.Min())} to {Quantity.Microseconds(own.Max())}",
                    Note = $"{Statistics.Ratio(own, plain)} of a plain call",
                });
            }
        }
    }
}
