using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>Tasks without a client behind them.</summary>
internal static class Admission
{
    private static long s_number;

    public static RunningTask NewTask(string method = "RunAsync", CallChain? chain = null) => new()
    {
        Description = new DaemonTask
        {
            Id = new DaemonTaskId(1, Interlocked.Increment(ref s_number)),
            Method = method,
            StartedAt = DateTimeOffset.UnixEpoch,
            ClientProcessId = 1,
        },
        Owner = null!,
        CallId = 1,
        Caller = null!,
        CallerChain = chain,
        Credit = new ItemCredit(0),
    };
}
