using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>How long one call takes when both processes run and are connected.</summary>
/// <param name="pinned">
/// Whether both processes share one processor. Then no wake-up crosses processors, which on a virtual machine costs more
/// than all the rest; what is left is the length of the path.
/// </param>
internal sealed class WarmCall(bool pinned) : CallScenario
{
    public override string Name => pinned ? "warm-call" : "warm-call-unpinned";

    protected override IReadOnlyList<Contender> Contenders { get; } =
    [
        new(ProgramKind.BareSyscalls, PublishMode.Aot),
        .. BareAndOurs(PublishMode.Aot, PublishMode.Jit),
        .. Peers,
    ];

    protected override IReadOnlyList<Case> Cases { get; } = [new("", "add", pinned ? 10_000 : 3_000, 0)];

    protected override int Rounds => 20;

    // Enough for the JIT compiler to have compiled everything a second time.
    protected override int WarmUpRounds => 4;

    protected override TimeSpan Limit => TimeSpan.FromSeconds(30);

    protected override int? Processor => pinned ? Pin.Choose() : null;

    protected override Row Describe(Case asked, Contender contender, List<Round> own, List<Round> baseline) =>
        DescribeLatency(contender, own, baseline);
}
