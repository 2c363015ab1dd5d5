using CsCheck;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>Runs clients' steps as in <see cref="CancelHistoryTests"/>, but concurrently, so that they interleave between any two instructions.</summary>
public sealed class RacingHistoryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Whatever_races_everybody_is_told_once_and_the_same(bool alsoAny) =>
        Gen.Int[0, 16].Array[20, 60].Array[4].SampleAsync(
            async clients =>
            {
                var world = new RacingWorld();
                await world.RunAsync([.. clients.Select(steps => steps.Select(step => step == 12 && !alsoAny ? 11 : step).ToArray())]);
                world.Check();
            },
            iter: 20,
            threads: 1);
}
