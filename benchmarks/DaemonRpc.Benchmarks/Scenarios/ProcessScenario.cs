using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>How long a whole client process takes, from before it exists until it is gone.</summary>
internal abstract class ProcessScenario : Scenario
{
    protected override IReadOnlyList<Contender> Contenders { get; } = BareAndOurs(PublishMode.Aot, PublishMode.ReadyToRun, PublishMode.Jit);

    protected abstract int Repetitions { get; }

    protected abstract TimeSpan Limit { get; }

    protected abstract string Note { get; }

    /// <summary>Before each client.</summary>
    protected abstract void Prepare(Site site, int repetition);

    protected override void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table)
    {
        var times = sites.ToDictionary(site => site.Contender, _ => new List<double>());

        // The first of each reads the program from the disk.
        foreach (int repetition in run.Repeat(Repetitions + 1, Limit))
        {
            foreach (Site site in sites)
            {
                Prepare(site, repetition);
                double milliseconds = site.Call().TotalMilliseconds;
                if (repetition > 0)
                {
                    times[site.Contender].Add(milliseconds);
                }
            }
        }

        foreach ((Contender contender, List<double> own) in times)
        {
            table.Add(new Row
            {
                Scenario = Name,
                Contender = contender.Name,
                Median = Quantity.Milliseconds(Statistics.Median(own)),
                Spread = $"{Quantity.Milliseconds(own.Min())} to {Quantity.Milliseconds(own.Max())}",
                Ratio = Statistics.Ratio(own, times[contender.Baseline]),
                Note = Note,
            });
        }
    }
}
