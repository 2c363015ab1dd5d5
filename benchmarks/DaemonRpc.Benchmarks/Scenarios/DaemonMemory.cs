using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>What an idle daemon holds, after its first call and after very many.</summary>
internal sealed class DaemonMemory : Scenario
{
    // A daemon of DaemonRpc takes five seconds of quiet for idleness.
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(8);

    public override string Name => "memory";

    protected override IReadOnlyList<Contender> Contenders { get; } = [.. BareAndOurs(PublishMode.Aot, PublishMode.Jit), .. Peers];

    protected override void Measure(BenchmarkRun run, IReadOnlyList<Site> sites, Table table)
    {
        foreach (Site site in sites)
        {
            _ = site.Call();
        }

        Report(sites, table, "idle after 1 call");
        int calls = run.Quick ? 1_000 : 100_000;
        foreach (Site site in sites)
        {
            using WarmClient client = site.Connect();
            _ = client.Run("add", calls, 0);
        }

        Report(sites, table, $"idle after {calls:N0} calls");
    }

    private void Report(IReadOnlyList<Site> sites, Table table, string what)
    {
        Thread.Sleep(s_settling);
        var memory = sites.ToDictionary(site => site.Contender, site => ProcessMemory.Of(site.FindDaemon()));
        foreach ((Contender contender, ProcessMemory own) in memory)
        {
            table.Add(new Row
            {
                Scenario = Name,
                Case = what,
                Contender = contender.Name,
                Median = $"{Quantity.Megabytes(own.Resident)} resident",
                Spread = $"{Quantity.Megabytes(own.Private)} private",
                Ratio = Statistics.Ratio([own.Resident], [memory[contender.Baseline].Resident]),
            });
        }
    }
}
