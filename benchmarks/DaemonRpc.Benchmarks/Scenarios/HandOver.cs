using System.Globalization;
using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>A handler that does not listen is ended by force: from the end of the grace until the successor has answered a call.</summary>
internal sealed class HandOver : Scenario
{
    private const int Cancels = 25;

    public override string Name => "hand-over";

    protected override IReadOnlyList<Contender> Contenders { get; } = Ours(PublishMode.Aot, PublishMode.Jit);

    protected override void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table)
    {
        foreach (Site site in sites)
        {
            _ = site.Call();
            using WarmClient client = site.Connect();
            string[] answer = client.Ask($"hand-over {(run.Quick ? 2 : Cancels)}").Split(' ', 3);
            int[] times = [.. Round.Parse(answer[2]).Nanoseconds.ToArray().Order()];
            table.Add(new Row
            {
                Scenario = Name,
                Contender = site.Contender.Name,
                Median = Quantity.Milliseconds(Statistics.Percentile(times, 0.5) / 1e6),
                Spread = $"{Quantity.Milliseconds(times[0] / 1e6)} to {Quantity.Milliseconds(times[^1] / 1e6)}",
                Note = string.Create(CultureInfo.InvariantCulture, $"{times.Length} forced cancels; meanwhile {answer[0]} connections were opened and {answer[1]} refused"),
            });
        }
    }
}
