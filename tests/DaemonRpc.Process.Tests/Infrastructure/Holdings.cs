namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>How much of the system a process holds, beside its memory.</summary>
/// <param name="Descriptors">Its open descriptors.</param>
/// <param name="Threads">Its threads, without those of the runtime, whose pool has as many as it likes.</param>
internal sealed record Holdings(int Descriptors, int Threads)
{
    // More round trips than anything that is about to be let go of needs.
    private const int MostRounds = 2_000;

    public static Holdings Of(int processId) => new(
        ProcessTable.Descriptors(processId).Count,
        ProcessTable.ThreadNames(processId).Count(name => !name.StartsWith(".NET", StringComparison.Ordinal)));

    /// <summary>Returns what a process holds after it has released all that it is about to release.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="before">What it held.</param>
    /// <param name="roundTrip">Gives it the time to. Nothing announces that another process closed a descriptor.</param>
    public static async Task<Holdings> SettledAsync(int processId, Holdings before, Func<Task> roundTrip)
    {
        Holdings now = Of(processId);
        for (int round = 0; round < MostRounds && (now.Descriptors > before.Descriptors || now.Threads > before.Threads); round++)
        {
            await roundTrip();
            now = Of(processId);
        }

        return now;
    }
}
