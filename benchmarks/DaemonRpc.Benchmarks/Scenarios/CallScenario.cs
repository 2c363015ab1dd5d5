using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>What is asked over and over: of the client that is connected, so often a round, with so large an amount.</summary>
internal sealed record Case(string Name, string Workload, int Calls, int Size);

/// <summary>How long calls take when both processes run and are connected.</summary>
internal abstract class CallScenario : Scenario
{
    // A round of somebody else's takes long; its own repetitions are enough.
    private const int PeerShare = 5;


    protected abstract IReadOnlyList<Case> Cases { get; }

    /// <summary>Asked of each once, before all: the JIT compiler compiles what is used often a second time. Null for none.</summary>
    protected virtual Case? WarmUp => null;

    protected abstract int Rounds { get; }

    protected abstract int WarmUpRounds { get; }

    /// <summary>For each case.</summary>
    protected abstract TimeSpan Limit { get; }

    protected override void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table)
    {
        foreach (Site site in sites)
        {
            _ = site.Call();
        }

        var clients = new Dictionary<Contender, WarmClient>();
        try
        {
            foreach (Site site in sites)
            {
                clients[site.Contender] = site.Connect();
                if (WarmUp is { } warmUp)
                {
                    _ = clients[site.Contender].Run(warmUp.Workload, run.Quick ? 1 : warmUp.Calls, warmUp.Size);
                }
            }

            foreach (Case asked in Cases)
            {
                Dictionary<Contender, List<Round>> rounds = Measure(run, clients, asked);
                foreach (Contender contender in clients.Keys)
                {
                    Row row = Describe(asked, contender, rounds[contender], rounds[contender.Baseline]);
                    table.Add(row with { Scenario = Name, Case = asked.Name, Contender = contender.Name });
                }
            }
        }
        finally
        {
            clients.Values.ToList().ForEach(client => client.Dispose());
        }
    }

    protected abstract Row Describe(Case asked, Contender contender, List<Round> own, List<Round> baseline);

    /// <summary>Of calls that were timed one by one.</summary>
    internal static Row DescribeLatency(Contender contender, List<Round> own, List<Round> baseline)
    {
        int[] all = [.. own.SelectMany(round => round.Nanoseconds.ToArray()).Order()];
        long client = own.Sum(round => round.ClientBytes) / all.Length;
        long daemon = own.Sum(round => round.DaemonBytes) / all.Length;
        return new Row
        {
            Median = Quantity.Time(Statistics.Percentile(all, 0.5)),
            Spread = all.Length < 1_000
                ? $"{Quantity.Time(all[0])} to {Quantity.Time(all[^1])}"
                : $"p99 {Quantity.Time(Statistics.Percentile(all, 0.99))}, p99.9 {Quantity.Time(Statistics.Percentile(all, 0.999))}",
            Ratio = Statistics.Ratio([.. own.Select(MedianOf)], [.. baseline.Select(MedianOf)]),
            Note = contender.IsBare
                ? $"{client:N0} B client per call"
                : $"{client:N0} B client, {daemon:N0} B daemon per call",
        };
    }

    protected static double MedianOf(Round round) => Statistics.Median([.. round.Nanoseconds.ToArray().Select(value => (double)value)]);

    private Dictionary<Contender, List<Round>> Measure(BenchmarkRun run, Dictionary<Contender, WarmClient> clients, Case asked)
    {
        var rounds = clients.ToDictionary(client => client.Key, _ => new List<Round>());
        int calls = run.Quick ? Math.Max(1, asked.Calls / 20) : asked.Calls;
        foreach (int number in run.Repeat(WarmUpRounds + Rounds, Limit, least: WarmUpRounds + 3))
        {
            foreach ((Contender contender, WarmClient client) in clients)
            {
                Round round = client.Run(asked.Workload, contender.IsPeer ? Math.Max(1, calls / PeerShare) : calls, asked.Size);
                if (number >= WarmUpRounds || run.Quick)
                {
                    rounds[contender].Add(round);
                }
            }
        }

        return rounds;
    }
}
