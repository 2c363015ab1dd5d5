using System.Diagnostics;

namespace DaemonRpc.Benchmarks.Tool;

/// <summary>Calls one after another, each timed.</summary>
internal static class WarmRound
{
    public static async Task<Round> RunAsync(ICalculator calculator, int calls)
    {
        var round = new Round(calls);
        long daemonBefore = await calculator.CountAllocatedBytesAsync();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int call = 0; call < calls; call++)
        {
            long begun = Stopwatch.GetTimestamp();
            _ = await calculator.AddAsync(call, 1);
            round.Add(begun);
        }

        round.ClientBytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        round.DaemonBytes = await calculator.CountAllocatedBytesAsync() - daemonBefore;
        return round;
    }
}
