using System.Diagnostics;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>For what another process does in its own time and nothing announces: that it closes a descriptor, for example.</summary>
internal static class Settling
{
    /// <summary>Looks until there is nothing to complain of. What is left after the generous limit is returned.</summary>
    public static async Task<IReadOnlyList<string>> ComplaintsAsync(Func<IReadOnlyList<string>> look)
    {
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<string> complaints = look();
        while (complaints.Count > 0 && Stopwatch.GetElapsedTime(start) < Limits.Generous)
        {
            await Task.Yield();
            complaints = look();
        }

        return complaints;
    }

    /// <summary>Looks until it is so; fails when it never is.</summary>
    public static async Task UntilAsync(Func<bool> isSo, string complaint) =>
        Assert.Empty(await ComplaintsAsync(() => isSo() ? [] : [complaint]));
}
