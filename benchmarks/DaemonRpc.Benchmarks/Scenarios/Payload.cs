using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>Bytes there and back, from none to very many.</summary>
internal sealed class Payload : CallScenario
{
    public override string Name => "payload";

    protected override IReadOnlyList<Contender> Contenders { get; } = [.. BareArraysAndOurs(PublishMode.Aot, PublishMode.Jit), .. Peers];

    protected override IReadOnlyList<Case> Cases { get; } =
    [
        new("0 B", "echo", 1_000, 0),
        new("100 B", "echo", 1_000, 100),
        new("1 kB", "echo", 1_000, 1_000),
        new("10 kB", "echo", 500, 10_000),
        new("100 kB", "echo", 100, 100_000),
        new("1 MB", "echo", 10, 1_000_000),
        new("16 MB", "echo", 1, 16_000_000),
    ];

    protected override Case WarmUp => new("", "echo", 10_000, 100);

    protected override int Rounds => 10;

    protected override int WarmUpRounds => 2;

    protected override TimeSpan Limit => TimeSpan.FromSeconds(5);

    protected override int? Processor => Pin.Choose();

    protected override Row Describe(Case asked, Contender contender, List<Round> own, List<Round> baseline) =>
        DescribeLatency(contender, own, baseline);
}
