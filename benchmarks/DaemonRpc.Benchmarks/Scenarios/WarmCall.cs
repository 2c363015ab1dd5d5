using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>How long one call takes when both processes run and are connected.</summary>
/// <param name="pinned">
/// Whether both processes share one processor. Then no wake-up crosses processors, which on a virtual machine costs more
/// than all the rest; what is left is the length of the path.
/// </param>
internal sealed class WarmCall(bool pinned) : Scenario
{
    private const int Rounds = 20;

    // Enough for the JIT compiler to have compiled everything a second time.
    private const int WarmUpRounds = 4;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(25);

    public override string Name => pinned ? "warm-call" : "warm-call-unpinned";

    protected override IReadOnlyList<Contender> Contenders { get; } =
    [
        new(ProgramKind.BareSyscalls, PublishMode.Aot),
        .. BareAndOurs(PublishMode.Aot, PublishMode.Jit),
    ];

    protected override int? Processor => pinned ? Pin.Choose() : null;

    protected override void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table)
    {
        int calls = (pinned, run.Quick) switch
        {
            (_, true) => 500,
            (true, _) => 10_000,
            _ => 3_000,
        };
        var clients = new Dictionary<Contender, WarmClient>();
        var rounds = sites.ToDictionary(site => site.Contender, _ => new List<Round>());
        try
        {
            foreach (Site site in sites)
            {
                _ = site.Call();
                clients[site.Contender] = site.Connect();
            }

            foreach (int number in run.Repeat(WarmUpRounds + Rounds, s_limit))
            {
                foreach ((Contender contender, WarmClient client) in clients)
                {
                    Round round = client.Run(calls);
                    if (number >= WarmUpRounds || run.Quick)
                    {
                        rounds[contender].Add(round);
                    }
                }
            }
        }
        finally
        {
            clients.Values.ToList().ForEach(client => client.Dispose());
        }

        foreach ((Contender contender, List<Round> own) in rounds)
        {
            table.Add(Describe(contender, own, rounds.GetValueOrDefault(contender.Baseline)));
        }
    }

    private Row Describe(Contender contender, List<Round> rounds, List<Round>? baseline)
    {
        int[] all = [.. rounds.SelectMany(round => round.Nanoseconds.ToArray()).Order()];
        long client = rounds.Sum(round => round.ClientBytes) / all.Length;
        long daemon = rounds.Sum(round => round.DaemonBytes) / all.Length;
        return new Row
        {
            Scenario = Name,
            Contender = contender.Name,
            Median = Quantity.Microseconds(Statistics.Percentile(all, 0.5)),
            Spread = $"p99 {Quantity.Microseconds(Statistics.Percentile(all, 0.99))}, p99.9 {Quantity.Microseconds(Statistics.Percentile(all, 0.999))}",
            Ratio = Statistics.Ratio([.. rounds.Select(MedianOf)], [.. (baseline ?? []).Select(MedianOf)]),
            Note = contender.Kind == ProgramKind.DaemonRpc ? $"{client:N0} B client, {daemon:N0} B daemon per call" : $"{client:N0} B client per call",
        };
    }

    private static double MedianOf(Round round) => Statistics.Median([.. round.Nanoseconds.ToArray().Select(value => (double)value)]);
}
