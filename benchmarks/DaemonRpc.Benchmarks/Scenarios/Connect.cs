using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>A connection to a daemon that runs, from a process that has connected before: made, used for one call, and closed.</summary>
internal sealed class Connect : CallScenario
{
    public override string Name => "connect";

    protected override IReadOnlyList<Contender> Contenders { get; } = [.. BareAndOurs(PublishMode.Aot, PublishMode.Jit), .. Peers];

    protected override IReadOnlyList<Case> Cases { get; } = [new("", "connect", 100, 0)];

    protected override Case WarmUp => new("", "connect", 500, 0);

    protected override int Rounds => 15;

    protected override int WarmUpRounds => 3;

    protected override TimeSpan Limit => TimeSpan.FromSeconds(10);

    protected override int? Processor => Pin.Choose();

    protected override Row Describe(Case asked, Contender contender, List<Round> own, List<Round> baseline) =>
        DescribeLatency(contender, own, baseline);
}
