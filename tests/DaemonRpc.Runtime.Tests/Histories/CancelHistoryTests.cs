using CsCheck;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>Every way in which calls, cancellations, limits, ends and stops may follow each other, or come in the middle of one another.</summary>
public sealed class CancelHistoryTests
{
    // One call runs, and others wait: it ends, and all that follows may come before its client is told.
    private static readonly Step[] s_handOver =
    [
        new(StepKind.Ask, 0, 1, false), new(StepKind.Ask, 1, 1, false), new(StepKind.Ask, 2, 1, false), new(StepKind.Ask, 1, 4, false),
        new(StepKind.Begin, 0, 0, false), new(StepKind.End, 0, 0, false),
    ];

    [Fact]
    public void Whatever_happens_everybody_is_told_once_and_the_same() =>
        Gen.Select(Setting.Any, Step.Some).Sample(static (setting, steps) => new World(setting, steps).Run(), iter: 4_000);

    [Fact]
    public void Whatever_comes_between_an_end_and_its_answer_everybody_is_told_once_and_the_same() =>
        Gen.Select(Setting.Any, Step.Decisive).Sample(static (setting, steps) => new World(setting with { HandlerIsMade = true }, [.. s_handOver, .. steps]).Run(), iter: 3_000);
}
