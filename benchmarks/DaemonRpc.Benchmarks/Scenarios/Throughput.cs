using DaemonRpc.Benchmarks.Drivers;
using DaemonRpc.Benchmarks.Report;

namespace DaemonRpc.Benchmarks.Scenarios;

/// <summary>How much goes through a connection in a second, one way.</summary>
/// <param name="name">Of the scenario.</param>
/// <param name="unit">What is counted.</param>
/// <param name="cases">From the daemon and to it, with so much at a time.</param>
internal abstract class Throughput(string name, string unit, params Case[] cases) : CallScenario
{
    public override string Name => name;

    protected override IReadOnlyList<Contender> Contenders { get; } = [.. BareAndOurs(PublishMode.Aot, PublishMode.Jit), .. Peers];

    protected override IReadOnlyList<Case> Cases => cases;

    // One alone would have waited for all the other contenders before: it would show how long processors take to wake up, too.
    protected const int CallsPerRound = 4;

    protected override int Rounds => 10;

    // Enough for the JIT compiler to have compiled everything a second time, which it puts off while new code keeps coming.
    protected override int WarmUpRounds => 8;

    protected override TimeSpan Limit => TimeSpan.FromSeconds(30);

    protected override Row Describe(Case asked, Contender contender, List<Round> own, List<Round> baseline)
    {
        int[] all = [.. own.SelectMany(round => round.Nanoseconds.ToArray()).Order()];
        return new Row
        {
            Median = $"{Quantity.MillionsPerSecond(asked.Size, Statistics.Percentile(all, 0.5))} {unit}/s",
            Spread = $"{Quantity.MillionsPerSecond(asked.Size, all[^1])} to {Quantity.MillionsPerSecond(asked.Size, all[0])}",
            Ratio = Statistics.Ratio([.. own.Select(MedianOf)], [.. baseline.Select(MedianOf)]),
            Note = NoteOf(asked, contender),
        };
    }

    protected virtual string NoteOf(Case asked, Contender contender) => "";
}

/// <summary>Small items.</summary>
internal sealed class ItemStream() : Throughput(
    "stream",
    "M items",
    new("from the daemon", "receive-items", CallsPerRound, 100_000),
    new("to the daemon", "send-items", CallsPerRound, 100_000));

/// <summary>Bytes.</summary>
internal sealed class BulkBytes() : Throughput(
    "bulk",
    "MB",
    new("from the daemon", "receive-bytes", CallsPerRound, 65_536_000),
    new("to the daemon", SendBytes, CallsPerRound, 65_536_000),
    new("from the daemon, by a Stream", "receive-stream", CallsPerRound, 65_536_000),
    new("to the daemon, by a Stream", "send-stream", CallsPerRound, 65_536_000))
{
    private const string SendBytes = "send-bytes";

    protected override IReadOnlyList<Contender> Contenders { get; } = [.. BareArraysAndOurs(PublishMode.Aot, PublishMode.Jit), .. Peers];

    protected override string NoteOf(Case asked, Contender contender) => (contender.Kind, asked.Workload) switch
    {
        (ProgramKind.DaemonRpc, SendBytes) => "by calls of 1 MB",
        (ProgramKind.BareArrays, SendBytes) => "by messages of 1 MB, each answered",
        _ => "",
    };
}
