using System.Diagnostics.CodeAnalysis;
using DaemonRpc.Protocol;
using DaemonRpc.Tasks;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>Tasks without a client behind them.</summary>
internal static class Admission
{
    private static long s_number;

    public static RunningTask NewTask(string method = "RunAsync", CallChain? chain = null) => new RunningTask().Begin(
        new TaskDescription(new DaemonTaskId(1, Interlocked.Increment(ref s_number)), method, DateTimeOffset.UnixEpoch, ClientProcessId: 1),
        null!,
        callId: 1,
        new RequestHeader(default, Method: 1, Credit: 0, ArgumentCount: 0) { Chain = chain },
        runner: null);

    public static bool TryAdmit(this TaskSlot slot, Func<RunningTask> create, [NotNullWhen(true)] out RunningTask? admitted, out DaemonStatus status)
    {
        bool isAdmitted = slot.TryAdmit(static create => create(), create, out admitted, out DaemonStatus? before);
        status = before!;
        return isAdmitted;
    }
}
