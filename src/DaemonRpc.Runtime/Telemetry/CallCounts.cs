using System.Diagnostics.Metrics;

namespace DaemonRpc.Telemetry;

/// <summary>Counts calls that failed in the ways that only a daemon of one task at a time has. Only for use while <see cref="Listening.IsPossible"/>.</summary>
internal static class CallCounts
{
    /// <summary>Counts a call by its client's exception, if it is one of these.</summary>
    /// <param name="failure">The exception.</param>
    /// <param name="method">The method's full name.</param>
    public static void Failed(Exception failure, string method)
    {
        if (failure is DaemonBusyException)
        {
            Add(Metrics.ClientBusy, method);
        }
        else if (failure is DaemonTaskCanceledException { Outcome: CancelOutcome.Forced or CancelOutcome.Abandoned })
        {
            Add(Metrics.ClientForced, method);
        }
    }

    private static void Add(Counter<long> counter, string method) => Guarded.Run(
        (counter, method), static count => count.counter.Add(1, new KeyValuePair<string, object?>(Names.RpcMethod, count.method)));
}
