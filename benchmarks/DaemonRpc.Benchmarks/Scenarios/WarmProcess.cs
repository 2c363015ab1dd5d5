using DaemonRpc.Benchmarks.Drivers;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>A client that finds the daemon running: it connects, makes one call, and leaves.</summary>
internal sealed class WarmProcess : ProcessScenario
{
    public override string Name => "warm-process";

    protected override int Repetitions => 30;

    protected override TimeSpan Limit => TimeSpan.FromSeconds(30);

    protected override void Prepare(Site site, int repetition)
    {
        if (repetition == 0)
        {
            _ = site.Call();
        }
    }
}
