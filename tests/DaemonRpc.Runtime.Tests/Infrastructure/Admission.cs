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
        Header(chain),
        runner: null);

    /// <summary>Creates a call that becomes a task in a slot.</summary>
    public static AskedTask Asked(string method = "RunAsync", CallChain? chain = null) => new(null!, ClientProcessId: 1, CallId: 1, Header(chain), method, Runner: null);

    private static RequestHeader Header(CallChain? chain) => new(default, Method: 1, Credit: 0, ArgumentCount: 0) { Chain = chain };
}
