using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>How long a whole client process takes, from before it exists until it is gone.</summary>
internal abstract class ProcessScenario : Scenario
{
    private static readonly PublishMode[] s_modes = [PublishMode.Aot, PublishMode.ReadyToRun, PublishMode.Jit];

    protected override IReadOnlyList<Contender> Contenders { get; } =
        [.. BareAndOurs(s_modes), .. OfAll(ProgramKind.DaemonRpcRecord), .. OfAll(ProgramKind.DaemonRpcStreams), .. Peers];

    protected abstract int Repetitions { get; }

    protected abstract TimeSpan Limit { get; }

    /// <summary>Before each client.</summary>
    protected abstract void Prepare(Site site, int repetition);

    protected override void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table)
    {
        var times = sites.ToDictionary(site => site.Contender, _ => new List<ProcessTime>());

        // The first of each reads the program from the disk.
        foreach (int repetition in run.Repeat(Repetitions + 1, Limit))
        {
            foreach (Site site in sites)
            {
                Prepare(site, repetition);
                ProcessTime time = site.Call();
                if (repetition > 0)
                {
                    times[site.Contender].Add(time);
                }
            }
        }

        foreach ((Contender contender, List<ProcessTime> own) in times)
        {
            List<double> elapsed = Elapsed(own);
            table.Add(new Row
            {
                Scenario = Name,
                Contender = contender.Name,
                Median = Quantity.Milliseconds(Statistics.Median(elapsed)),
                Spread = $"{Quantity.Milliseconds(elapsed.Min())} to {Quantity.Milliseconds(elapsed.Max())}",
                Ratio = Statistics.Ratio(elapsed, Elapsed(times[contender.Baseline])),
                Note = $"{Quantity.Milliseconds(Statistics.Median([.. own.Select(time => time.Busy.TotalMilliseconds)]))} of processor in the client",
            });
        }
    }

    private static IEnumerable<Contender> OfAll(ProgramKind kind) => s_modes.Select(mode => new Contender(kind, mode));

    private static List<double> Elapsed(List<ProcessTime> times) => [.. times.Select(time => time.Elapsed.TotalMilliseconds)];
}
