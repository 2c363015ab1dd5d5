using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>Where the time of a cold start goes: until the daemon has come to each point of its start.</summary>
internal sealed class StartTrace : Scenario
{
    private static readonly string[] s_points = ["begun", "locked", "bound", "published", "answered"];

    public override string Name => "start-trace";

    protected override IReadOnlyList<Contender> Contenders { get; } = Ours(PublishMode.Aot, PublishMode.Jit);

    protected override void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table)
    {
        foreach (Site site in sites)
        {
            var times = s_points.Append("the client has gone").ToDictionary(point => point, _ => new List<double>());
            foreach (int repetition in run.Repeat(16, TimeSpan.FromSeconds(12)))
            {
                foreach ((string point, List<double> own) in times)
                {
                    site.Reset();
                    TimeSpan elapsed = s_points.Contains(point) ? site.CallUntil(point) : site.Call().Elapsed;
                    if (repetition > 0)
                    {
                        own.Add(elapsed.TotalMilliseconds);
                    }
                }
            }

            foreach ((string point, List<double> own) in times)
            {
                table.Add(new Row
                {
                    Scenario = Name,
                    Case = point,
                    Contender = site.Contender.Name,
                    Median = Quantity.Milliseconds(Statistics.Median(own)),
                    Spread = $"{Quantity.Milliseconds(own.Min())} to {Quantity.Milliseconds(own.Max())}",
                });
            }
        }
    }
}
