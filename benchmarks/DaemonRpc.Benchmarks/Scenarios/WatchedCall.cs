using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>How long a call takes beside others that watch the status, each with a connection of its own, and read all of it.</summary>
internal sealed class WatchedCall : Scenario
{
    private const int Calls = 3_000;
    private const int Rounds = 8;
    private static readonly int[] s_watchers = [0, 1, 8, 64];
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    public override string Name => "watchers";

    protected override IReadOnlyList<Contender> Contenders { get; } = Ours(PublishMode.Aot, PublishMode.Jit);

    protected override int? Processor => Pin.Choose();

    protected override void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table)
    {
        var watched = new List<(Contender Contender, int Watchers, WarmClient Watching, WarmClient Calling)>();
        var rounds = new Dictionary<(Contender Contender, int Watchers), List<Round>>();

        // Each with a daemon of its own, so that they take turns.
        List<Site> own = [.. sites.SelectMany(site => s_watchers.Select(_ => run.NewSite(site.Contender, Processor)))];
        try
        {
            foreach ((Site site, int watchers) in own.Zip(sites.SelectMany(_ => s_watchers)))
            {
                _ = site.Call();
                watched.Add((site.Contender, watchers, site.Connect(), site.Connect()));
                _ = watched[^1].Watching.Ask($"watch {watchers}");
                rounds[(site.Contender, watchers)] = [];
                _ = watched[^1].Calling.Run("add", run.Quick ? 100 : Calls, 0);
            }

            foreach (int _ in run.Repeat(Rounds, s_limit))
            {
                foreach ((Contender contender, int watchers, WarmClient _, WarmClient calling) in watched)
                {
                    rounds[(contender, watchers)].Add(calling.Run("add", run.Quick ? 100 : Calls, 0));
                }
            }
        }
        finally
        {
            watched.ForEach(client => client.Calling.Dispose());
            watched.ForEach(client => client.Watching.Dispose());
            own.ForEach(site => site.Dispose());
        }

        foreach (((Contender contender, int watchers), List<Round> calls) in rounds)
        {
            Row row = CallScenario.DescribeLatency(contender, calls, rounds[(contender, 0)]);
            table.Add(row with
            {
                Scenario = Name,
                Case = watchers == 1 ? "1 watcher" : $"{watchers} watchers",
                Contender = contender.Name,
                Ratio = "",
                Note = $"{row.Ratio} of that without",
            });
        }
    }
}
