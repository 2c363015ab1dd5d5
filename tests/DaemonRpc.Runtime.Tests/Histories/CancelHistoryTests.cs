using CsCheck;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>Every way in which calls, cancellations, limits, ends and stops may follow each other, or come in the middle of one another.</summary>
public sealed class CancelHistoryTests
{
    [Fact]
    public void Whatever_happens_everybody_is_told_once_and_the_same() =>
        Gen.Select(Setting.Any, Step.Some).Sample(static (setting, steps) => new World(setting, steps).Run(), iter: 12_000);
}
