using DaemonRpc.Benchmarks.Drivers;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>A client that finds no daemon: it starts one, has its first result, and leaves.</summary>
internal sealed class ColdStart : ProcessScenario
{
    public override string Name => "cold-start";

    protected override int Repetitions => 20;

    protected override TimeSpan Limit => TimeSpan.FromSeconds(45);

    protected override void Prepare(Site site, int repetition) => site.Reset();
}
